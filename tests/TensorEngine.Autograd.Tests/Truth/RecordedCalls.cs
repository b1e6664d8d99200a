using TensorEngine.Autograd.Operations;

namespace TensorEngine.Autograd.Tests.Truth;

/// <summary>How the operations of the recordings are called here.</summary>
public static class RecordedCalls
{
    public static IReadOnlyDictionary<string, Func<RecordedCall, Variable>> All { get; } = new Dictionary<string, Func<RecordedCall, Variable>>
    {
        ["linear"] = call => call["input"].Linear(call["weight"], call.Optional("bias")),
        ["relu"] = call => call["input"].Relu(),
    };
}
