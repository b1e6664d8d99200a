using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;
using TensorEngine.Numerics.Losses;
using static TensorEngine.Autograd.Operations.Functional;

namespace TensorEngine.Autograd.Tests.Catalog;

/// <summary>Every operation, with arguments that reach all its paths: a new one is a new row here.</summary>
public static class OperationCatalog
{
    private static readonly int[] s_rows = [1, 0, 3, 3, 2, 1];
    private static readonly float[] s_targets = [0, 1, 1, 0, 0.3f, 0, 1, 1, 0, 0.6f, 0, 1, 1, 0, 0.9f, 0, 1, 1, 0, 1];

    public static IEnumerable<OperationCase> All =>
    [
        .. Products,
        .. Elementwise,
        .. Shapes,
        .. Activations,
        .. Rows,
        .. Normalizations,
        .. Losses,
        .. Images,
        .. AttentionCases.All,
    ];

    private static IEnumerable<OperationCase> Products =>
    [
        new("linear", [[5, 7], [3, 7], [3]], x => x[0].Linear(x[1], x[2])),
        new("linear without bias", [[2, 3, 4], [5, 4]], x => x[0].Linear(x[1])),
        new("linear, long", [[130, 70], [90, 70], [90]], x => x[0].Linear(x[1], x[2])),
        new("linear, input is weight", [[6, 6]], x => x[0].Linear(x[0])),
        new("matmul", [[5, 7], [7, 3]], x => x[0].MatMul(x[1])),
        new("matmul, batched", [[2, 3, 4, 5], [2, 3, 5, 6]], x => x[0].MatMul(x[1])),
        new("matmul, one for all", [[3, 4, 5], [5, 6]], x => x[0].MatMul(x[1])),
        new("matmul, transposed input", [[3, 5, 4], [3, 5, 6]], x => x[0].MatMul(x[1], transposeInput: true)),
        new("matmul, transposed other", [[3, 4, 5], [3, 6, 5]], x => x[0].MatMul(x[1], transposeOther: true)),
        new("matmul, both transposed, one for all", [[3, 5, 4], [6, 5]], x => x[0].MatMul(x[1], true, true)),
        new("matmul, with itself", [[6, 6]], x => x[0].MatMul(x[0], transposeOther: true)),
        new("embedding", [[4, 5]], x => x[0].Embedding(s_rows)),
        new("embedding of shape", [[4, 5]], x => x[0].Embedding(s_rows, [2, 3])),
        new("embedding of wide rows, used twice", [[4, 130]], x => x[0].Embedding(s_rows) * x[0].Embedding(s_rows)),
        new("embedding with padding", [[5, 5]], x => x[0].Embedding(s_rows, padding: 4)),
    ];

    private static IEnumerable<OperationCase> Elementwise =>
    [
        new("relu", [[7, 33]], x => x[0].Relu()),
        new("relu in place", [[7, 33]], x => (2 * x[0]).Relu(inPlace: true)),
        new("add", [[4, 5], [4, 5]], x => x[0] + x[1]),
        new("add row", [[40, 3, 5], [3, 5]], x => x[0].Add(x[1])),
        new("add itself", [[4, 5]], x => x[0] + x[0]),
        new("subtract", [[4, 5], [4, 5]], x => x[0] - x[1]),
        new("subtract row", [[300, 7], [7]], x => x[0].Subtract(x[1])),
        new("multiply", [[4, 5], [4, 5]], x => x[0] * x[1]),
        new("multiply row", [[4, 3, 5], [5]], x => x[0].Multiply(x[1])),
        new("multiply long row", [[3, 1500], [1500]], x => x[0].Multiply(x[1])),
        new("multiply itself", [[4, 5]], x => x[0] * x[0]),
        new("scale", [[4, 5]], x => 2.5 * x[0]),
        new("dropout", [[9, 31]], x => x[0].Dropout(0.4, Generators.At(3))),
        new("dropout of everything", [[9, 3]], x => x[0].Dropout(1, Generators.At(3))),
    ];

    private static IEnumerable<OperationCase> Shapes =>
    [
        new("reshape", [[4, 6]], x => x[0].Reshape([3, 2, 4])),
        new("reshape and add", [[4, 6]], x => x[0].Reshape([24]) + x[0].Reshape([24])),
        new("flatten", [[4, 2, 3, 2]], x => x[0].Flatten()),
        new("flatten all", [[4, 2, 3]], x => x[0].Flatten(0)),
        new("transpose, several tiles", [[2, 37, 3, 19]], x => x[0].Transpose(1, 3)),
        new("transpose", [[21, 37]], x => x[0].Transpose(0, 1)),
        new("transpose of blocks", [[2, 3, 4, 5]], x => x[0].Transpose(2, 1)),
        new("transpose around", [[2, 3, 4, 5]], x => x[0].Transpose(1, 3)),
        new("slice", [[4, 6, 2]], x => x[0].Slice(1, 2, 3)),
        new("slice of long rows", [[3, 9000]], x => x[0].Slice(1, 5, 6000) + x[0].Slice(1, 2000, 6000)),
        new("slice of the first dimension", [[9, 40, 41]], x => x[0].Slice(0, 2, 5)),
        new("slices of one", [[4, 6]], x => x[0].Slice(0, 0, 2) * x[0].Slice(0, 1, 2)),
        new("concatenate", [[4, 2], [4, 3], [4, 1]], x => Concatenate(1, x[0], x[1], x[2])),
        new("concatenate long rows", [[2, 5000], [2, 3]], x => Concatenate(1, x[0], x[1], x[0])),
        new("concatenate itself", [[2, 3]], x => Concatenate(0, x[0], x[0])),
    ];

    private static IEnumerable<OperationCase> Normalizations =>
    [
        new("batch_norm", [[9, 3], [3], [3]], x => x[0].BatchNorm(Buffer("mean"), Buffer("variance"), x[1], x[2])),
        new("batch_norm alone", [[9, 3]], x => x[0].BatchNorm(Buffer("mean"), Buffer("variance"))),
        new("batch_norm with bias", [[9, 3], [3]], x => x[0].BatchNorm(Buffer("mean"), Buffer("variance"), bias: x[1])),
        new("batch_norm with weight", [[9, 3], [3]], x => x[0].BatchNorm(Buffer("mean"), Buffer("variance"), x[1])),
        new(
            "batch_norm of planes",
            [[5, 3, 7, 3], [3], [3]],
            x => x[0].BatchNorm(Buffer("mean"), Buffer("variance"), x[1], x[2], epsilon: 0.1)),
        new("batch_norm in evaluation", [[5, 3, 7], [3], [3]], x =>
        {
            x[0].Tape.Training = false;
            return x[0].BatchNorm(Buffer("evaluated mean"), Buffer("evaluated variance"), x[1], x[2]);
        }),
    ];

    private static IEnumerable<OperationCase> Images =>
    [
        new("conv2d", [[2, 3, 6, 5], [4, 3, 3, 3], [4]], x => x[0].Convolution2D(x[1], x[2], padding: 1)),
        new("conv2d without bias", [[2, 3, 6, 5], [4, 3, 2, 3]], x => x[0].Convolution2D(x[1])),
        new("conv2d of all", [[2, 4, 9, 8], [6, 2, 3, 3], [6]], x => x[0].Convolution2D(x[1], x[2], (2, 1), (1, 2), (1, 2), 2)),
        new("conv1d", [[3, 2, 17], [4, 2, 5], [4]], x => x[0].Convolution1D(x[1], x[2], stride: 2, padding: 2)),
        new("conv1d in groups", [[3, 4, 17], [4, 2, 3], [4]], x => x[0].Convolution1D(x[1], x[2], dilation: 2, groups: 2)),
        new("max_pool2d", [[2, 3, 6, 8]], x => x[0].MaxPool2D(2)) { Distinct = true },
        new("max_pool2d of all", [[2, 3, 7, 8]], x => x[0].MaxPool2D((3, 2), (1, 2), (1, 1), (1, 2))) { Distinct = true },
        new("max_pool1d", [[2, 3, 9]], x => x[0].MaxPool1D(3, 2, 1)) { Distinct = true },
        new("avg_pool2d", [[2, 3, 6, 8]], x => x[0].AveragePool2D(2)),
        new("avg_pool2d of all", [[2, 3, 7, 8]], x => x[0].AveragePool2D(3, 2, 1, countPadding: false)),
        new("max_pool2d, ceiling", [[2, 3, 7, 9]], x => x[0].MaxPool2D(2, ceiling: true)) { Distinct = true },
        new("max_pool1d, ceiling", [[2, 3, 9]], x => x[0].MaxPool1D(2, ceiling: true)) { Distinct = true },
        new("avg_pool2d, ceiling", [[2, 3, 7, 9]], x => x[0].AveragePool2D(3, 2, 1, ceiling: true)),
        new("avg_pool2d side by side", [[2, 3, 9, 67]], x => x[0].AveragePool2D(3, padding: 1)),
        new("avg_pool2d one apart", [[2, 3, 9, 67]], x => x[0].AveragePool2D(3, 1, 1)),
        new("avg_pool1d, ceiling", [[2, 3, 9]], x => x[0].AveragePool1D(2, ceiling: true)),
        new("avg_pool1d", [[2, 3, 9]], x => x[0].AveragePool1D(3, 2, 1)),
        new("global_avg_pool", [[2, 3, 5, 4]], x => x[0].GlobalAveragePool()),
    ];

    private static IEnumerable<OperationCase> Activations =>
    [
        new("sigmoid", [[7, 33]], x => x[0].Sigmoid()),
        new("tanh", [[7, 33]], x => x[0].Tanh()),
        new("silu", [[7, 33]], x => x[0].Silu()),
        new("logsigmoid", [[7, 33]], x => x[0].LogSigmoid()),
        new("gelu", [[7, 33]], x => x[0].Gelu()),
        new("gelu_tanh", [[7, 33]], x => x[0].GeluTanh()),
        new("leaky_relu", [[7, 33]], x => x[0].LeakyRelu(0.2)),
        new("elu", [[7, 33]], x => x[0].Elu(0.7)),
        new("softplus", [[7, 33]], x => x[0].Softplus(1.5)),
        new("gelu of a sum", [[4, 5], [4, 5]], x => (x[0] + x[1]).Gelu() + x[0]),
    ];

    private static IEnumerable<OperationCase> Rows =>
    [
        new("sum", [[3, 5, 7]], x => x[0].Sum()),
        new("mean", [[4, 5]], x => x[0].Mean()),
        new("mean, used twice", [[3, 5]], x => x[0].Mean() * x[0].Sum()),
        new("sum over the last", [[3, 5, 7]], x => x[0].Sum(2)),
        new("mean over the last, used twice", [[5, 7]], x => x[0].Mean(1).Sum() * x[0].Sum()),
        new("sum over the first", [[3, 5, 7]], x => x[0].Sum(0)),
        new("mean over the middle", [[3, 5, 7]], x => x[0].Mean(1)),
        new("mean over the middle, used twice", [[3, 5, 7]], x => x[0].Mean(1) + x[0].Sum(1)),
        new("softmax", [[3, 5, 7]], x => x[0].Softmax()),
        new("log_softmax", [[3, 5, 7]], x => x[0].LogSoftmax()),
        new("log_softmax twice used", [[5, 7]], x => x[0].LogSoftmax() + x[0]),
        new("layer_norm", [[3, 5, 7], [7], [7]], x => x[0].LayerNorm(x[1], x[2])),
        new("layer_norm without bias", [[5, 70], [70]], x => x[0].LayerNorm(x[1])),
        new("layer_norm without weight", [[5, 7]], x => x[0].LayerNorm()),
        new("layer_norm of long rows", [[2, 1500], [1500], [1500]], x => x[0].LayerNorm(x[1], x[2])),
        new("rms_norm", [[3, 5, 7], [7]], x => x[0].RmsNorm(x[1])),
        new("rms_norm without weight, used twice", [[5, 7]], x => x[0].RmsNorm() + x[0]),
    ];

    private static IEnumerable<OperationCase> Losses =>
    [
        new("cross_entropy", [[5, 4]], x => x[0].CrossEntropy([1, 0, 3, 3, 2])),
        new("cross_entropy, smoothed sum", [[3, 2, 4]], x => x[0].CrossEntropy([1, -1, 3, 3, -1, 0], -1, 0.2, LossReduction.Sum)),
        new("mse_loss", [[5, 4], [5, 4]], x => x[0].MseLoss(x[1])),
        new("mse_loss, sum", [[5, 4], [5, 4]], x => x[0].MseLoss(x[1], LossReduction.Sum)),
        new("l1_loss", [[5, 4], [5, 4]], x => x[0].L1Loss(x[1])),
        new("huber_loss", [[5, 4], [5, 4]], x => x[0].HuberLoss(x[1], 0.31)),
        new("smooth_l1_loss", [[5, 4], [5, 4]], x => x[0].SmoothL1Loss(x[1], 0.31)),
        new("binary_cross_entropy_with_logits", [[5, 4]], x => x[0].BinaryCrossEntropyWithLogits(x[0].Tape.Constant(s_targets, [5, 4]), 1.5)),
    ];


    private static Parameter Buffer(string name) => Buffers.Store[name];

    /// <summary>Running statistics of three channels.</summary>
    private static class Buffers
    {
        public static ParameterStore Store { get; } = Make();

        private static ParameterStore Make()
        {
            var store = new ParameterStore();
            foreach (string name in new[] { "mean", "variance", "evaluated mean", "evaluated variance" })
                store.Add(name, [3]).Trainable = false;
            store.Freeze();
            store["evaluated mean"].Values[1] = 0.5f;
            store["evaluated variance"].Values.Fill(0.7f);
            return store;
        }
    }

    /// <summary>Generators that do not allocate when they are asked for.</summary>
    private static class Generators
    {
        private static readonly Philox s_generator = new(5);

        public static Philox At(long position)
        {
            s_generator.Position = position;
            return s_generator;
        }
    }
}
