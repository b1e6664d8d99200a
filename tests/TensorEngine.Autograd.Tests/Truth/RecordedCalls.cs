using TensorEngine.Autograd.Operations;
using TensorEngine.Numerics.Losses;

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
        ["leaky_relu"] = call => call["input"].LeakyRelu(call.Number("slope")),
        ["sigmoid"] = call => call["input"].Sigmoid(),
        ["tanh"] = call => call["input"].Tanh(),
        ["gelu"] = call => call.Text("approximate") is "tanh" ? call["input"].GeluTanh() : call["input"].Gelu(),
        ["silu"] = call => call["input"].Silu(),
        ["elu"] = call => call["input"].Elu(call.Number("alpha")),
        ["softplus"] = call => call["input"].Softplus(call.Number("beta"), call.Number("threshold")),
        ["logsigmoid"] = call => call["input"].LogSigmoid(),
        ["softmax"] = call => call["input"].Softmax(),
        ["log_softmax"] = call => call["input"].LogSoftmax(),
        ["cross_entropy"] = call => call["input"].CrossEntropy(
            call.Integers("labels"), call.Integer("ignore", -100), call.Number("smoothing"), Reduction(call)),
        ["mse_loss"] = call => call["input"].MseLoss(call["target"], Reduction(call)),
        ["l1_loss"] = call => call["input"].L1Loss(call["target"], Reduction(call)),
        ["huber_loss"] = call => call["input"].HuberLoss(call["target"], call.Number("delta"), Reduction(call)),
        ["smooth_l1_loss"] = call => call["input"].SmoothL1Loss(call["target"], call.Number("beta"), Reduction(call)),
        ["binary_cross_entropy_with_logits"] = call => call["input"].BinaryCrossEntropyWithLogits(
            call.Tape.Constant(call.Floats("target"), [.. call.ShapeOf("target")]), call.Number("pos_weight", 1), Reduction(call)),
        ["layer_norm"] = call => OverLastDimensions(
            call, (input, weight, bias) => input.LayerNorm(weight, bias, call.Number("eps", 1e-5))),
        ["rms_norm"] = call => OverLastDimensions(call, (input, weight, _) => input.RmsNorm(weight, call.Number("eps", 1e-6))),
        ["batch_norm"] = BatchNorm,
        ["embedding"] = call => call["weight"].Embedding(
            call.Integers("indices"),
            [.. call.ShapeOf("indices")],
            padding: call.Has("padding_idx") ? call.Integer("padding_idx") : null),
        ["conv1d"] = call => call["input"].Convolution1D(
            call["weight"],
            call.Optional("bias"),
            call.Integer("stride", 1),
            call.Integer("padding"),
            call.Integer("dilation", 1),
            call.Integer("groups", 1)),
        ["conv2d"] = call => call["input"].Convolution2D(
            call["weight"],
            call.Optional("bias"),
            call.Pair("stride", 1),
            call.Pair("padding", 0),
            call.Pair("dilation", 1),
            call.Integer("groups", 1)),
        ["max_pool1d"] = call => call["input"].MaxPool1D(
            call.Integer("kernel_size"),
            call.Integer("stride"),
            call.Integer("padding"),
            call.Integer("dilation", 1),
            call.Flag("ceil_mode")),
        ["max_pool2d"] = call => call["input"].MaxPool2D(
            call.Pair("kernel_size", 1),
            call.Pair("stride", 0),
            call.Pair("padding", 0),
            call.Pair("dilation", 1),
            call.Flag("ceil_mode")),
        ["avg_pool1d"] = call => call["input"].AveragePool1D(
            call.Integer("kernel_size"),
            call.Integer("stride"),
            call.Integer("padding"),
            call.Flag("count_include_pad", true),
            call.Flag("ceil_mode")),
        ["avg_pool2d"] = call => call["input"].AveragePool2D(
            call.Pair("kernel_size", 1),
            call.Pair("stride", 0),
            call.Pair("padding", 0),
            call.Flag("count_include_pad", true),
            call.Flag("ceil_mode")),
        ["global_avg_pool"] = call => call["input"].GlobalAveragePool(),
        ["reshape"] = call => call["input"].Reshape([.. call.List("shape")]),
        ["transpose"] = call => call["input"].Transpose(call.Integer("first"), call.Integer("second")),
        ["slice"] = call => call["input"].Slice(call.Integer("dimension"), call.Integer("start"), call.Integer("length")),
        ["sum"] = call => Kept(call, call.Has("dimension")
            ? call["input"].Sum(Dimension(call)) : call["input"].Sum()),
        ["mean"] = call => Kept(call, call.Has("dimension")
            ? call["input"].Mean(Dimension(call)) : call["input"].Mean()),
        ["scaled_dot_product_attention"] = call => call["query"].ScaledDotProductAttention(
            call["key"], call["value"], Mask(call), call.Flag("causal"), call.Has("scale") ? call.Number("scale") : null),
        ["packed_attention"] = call =>
            call["packed"].ScaledDotProductAttention(call.Integer("heads"), Mask(call), call.Flag("causal")),
        ["rotary_embedding"] = Rotary,
        ["gather"] = call => call["input"].Gather(
            call.Integer("dimension"), call.Integers("indices"), [.. call.ShapeOf("indices")]),
        ["kl_div"] = call => call["input"].KlDiv(call["target"], Divergence(call), call.Flag("log_target")),
        ["nll_loss"] = call => call["input"].NllLoss(call.Integers("labels"), call.Integer("ignore", -100), Reduction(call)),
        ["concatenate"] = call => Functional.Concatenate(call.Integer("dimension"), [.. call.Names.Select(name => call[name])]),
    };

    private static LossReduction Reduction(RecordedCall call) =>
        call.Text("reduction", "mean") is "sum" ? LossReduction.Sum : LossReduction.Mean;

    private static DivergenceReduction Divergence(RecordedCall call) => call.Text("reduction", "mean") switch
    {
        "sum" => DivergenceReduction.Sum,
        "batchmean" => DivergenceReduction.BatchMean,
        _ => DivergenceReduction.Mean,
    };

    private static Variable? Mask(RecordedCall call) =>
        call.Names.Contains("mask", StringComparer.Ordinal) ? call.Tape.Constant(call.Floats("mask"), [.. call.ShapeOf("mask")]) : null;

    private static Variable Rotary(RecordedCall call)
    {
        int position = call.Integer("position");
        Variable input = call["input"];
        var table = new RotaryTable(
            call.Integer("width"), position + input.Shape[input.Shape.Rank - 2], call.Number("theta", 10000), call.Flag("interleaved", true));
        return input.RotaryEmbedding(table, call.Has("heads") ? call.Integer("heads") : null, position);
    }

    /// <summary>Negative dimensions count from the end in PyTorch.</summary>
    private static int Dimension(RecordedCall call)
    {
        int dimension = call.Integer("dimension");
        return dimension < 0 ? dimension + call.ShapeOf("input").Length : dimension;
    }

    /// <summary>PyTorch can keep a dimension that it has summed over, with a length of 1.</summary>
    private static Variable Kept(RecordedCall call, Variable sum)
    {
        if (!call.Flag("keep"))
            return sum;
        int[] shape = call.ShapeOf("input");
        shape[Dimension(call)] = 1;
        return sum.Reshape([.. shape]);
    }

    /// <summary>PyTorch normalizes over several dimensions; here they are made one before.</summary>
    private static Variable OverLastDimensions(RecordedCall call, Func<Variable, Variable?, Variable?, Variable> normalize)
    {
        Variable input = call["input"];
        int dimensions = call.Integer("dimensions", 1);
        if (dimensions == 1)
            return normalize(input, call.Optional("weight"), call.Optional("bias"));
        Variable flat = input.Flatten(input.Shape.Rank - dimensions);
        return normalize(flat, call.Optional("weight")?.Flatten(0), call.Optional("bias")?.Flatten(0)).Reshape(input.Shape);
    }

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
        Variable output = call["input"].BatchNorm(
            mean,
            variance,
            call.Optional("weight"),
            call.Optional("bias"),
            call.Number("momentum", 0.1),
            call.Number("eps", 1e-5));
        call.States["running_mean"] = mean.Values.ToArray();
        call.States["running_var"] = variance.Values.ToArray();
        return output;
    }
}
