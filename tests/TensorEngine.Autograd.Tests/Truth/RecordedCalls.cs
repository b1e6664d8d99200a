using TensorEngine.Autograd.Operations;

namespace TensorEngine.Autograd.Tests.Truth;

/// <summary>How the operations of the recordings are called here.</summary>
public static class RecordedCalls
{
    public static Dictionary<string, Func<RecordedCall, Variable>> All { get; } = new(StringComparer.Ordinal)
    {
        ["linear"] = call => call["input"].Linear(call["weight"], call.Optional("bias")),
        ["matmul"] = call => call["left"].MatMul(call["right"], call.Flag("transposeLeft"), call.Flag("transposeRight")),
        ["add"] = call => call["left"].Add(call["right"]),
        ["subtract"] = call => call["left"].Subtract(call["right"]),
        ["multiply"] = call => call["left"].Multiply(call["right"]),
        ["scale"] = call => call["input"].Scale(call.Number("factor")),
        ["relu"] = call => call["input"].Relu(),
        ["batch_norm"] = BatchNorm,
        ["embedding"] = call => call["weight"].Embedding(call.Integers("indices"), [.. call.ShapeOf("indices")]),
        ["reshape"] = call => call["input"].Reshape([.. call.List("shape")]),
        ["transpose"] = call => call["input"].Transpose(call.Integer("first"), call.Integer("second")),
        ["slice"] = call => call["input"].Slice(call.Integer("dimension"), call.Integer("start"), call.Integer("length")),
        ["concatenate"] = call => Functional.Concatenate(call.Integer("dimension"), [.. call.Names.Select(name => call[name])]),
    };

    private static Variable BatchNorm(RecordedCall call)
    {
        Shape channels = [call.ShapeOf("running_mean")[0]];
        var store = new ParameterStore();
        Parameter mean = store.Add("running_mean", channels), variance = store.Add("running_var", channels);
        mean.Trainable = variance.Trainable = false;
        store.Freeze();
        call.Floats("running_mean").CopyTo(mean.Values);
        call.Floats("running_var").CopyTo(variance.Values);
        call.Tape.Training = call.Flag("training");
        float[] ones = new float[channels[0]];
        Array.Fill(ones, 1f);
        Variable output = call["input"].BatchNorm(
            mean,
            variance,
            call.Optional("weight") ?? call.Tape.Constant(ones, channels),
            call.Optional("bias") ?? call.Tape.Constant(new float[ones.Length], channels),
            call.Number("momentum", 0.1),
            call.Number("eps", 1e-5));
        call.States["running_mean"] = mean.Values.ToArray();
        call.States["running_var"] = variance.Values.ToArray();
        return output;
    }
}
