using TensorEngine.Numerics.Functions;

namespace TensorEngine.Benchmarks.Tool.Kernels;

/// <summary>The floating-point operations of functions, counted by running each once over <see cref="CountingLane"/>.</summary>
internal static class FunctionOperations
{
    private static readonly int s_exp = CountingLane.Count(() => Elementary.Exp(default(CountingLane)));

    private static readonly Dictionary<string, int> s_counts = new(StringComparer.Ordinal)
    {
        ["Sum"] = 1,
        ["Dot"] = 2,
        ["Norm"] = 2,
        ["Max"] = 1,
        ["Exp"] = s_exp,
        ["Log"] = CountingLane.Count(() => Elementary.Log(default(CountingLane))),
        ["Tanh"] = CountingLane.Count(() => Elementary.Tanh(default(CountingLane))),
        // The argument's sign, a sum and a quotient, and the product with the value.
        ["Sigmoid"] = s_exp + 3,
        ["Silu"] = s_exp + 4,
        // The difference from 1, and the product with the value.
        ["Gelu"] = 2 + CountingLane.Count(() => Elementary.NormalTail(default(CountingLane))),
    };

    /// <summary>The operations for one element; 0 for a function that has not been counted.</summary>
    public static int PerElement(string function) => s_counts.GetValueOrDefault(function);
}
