using TensorEngine.Numerics;
using TensorEngine.Numerics.Normalizations;

namespace TensorEngine.Autograd.Operations;

/// <content>Normalization of rows.</content>
public static partial class Functional
{
    /// <summary>
    /// (input - mean) / sqrt(variance + epsilon) * weight + bias with the mean and variance of each row, as
    /// torch.nn.functional.layer_norm over the last dimension.
    /// </summary>
    /// <param name="input">[..., columns]; all dimensions before the last are rows.</param>
    /// <param name="weight">[columns], or null (the default) for 1.</param>
    /// <param name="bias">[columns], or null (the default) for 0; not allowed without a weight.</param>
    /// <param name="epsilon">Added to variances; at least 0.</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="ArgumentException">
    /// Shapes do not match, there is a bias without a weight, or the variables belong to different tapes.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is out of its range.</exception>
    /// <exception cref="InvalidOperationException">A variable is the default value or from before the last reset.</exception>
    public static Variable LayerNorm(this Variable input, Variable? weight = null, Variable? bias = null, double epsilon = 1e-5)
    {
        HyperParameter.NonNegative(epsilon, nameof(epsilon));
        Shape shape = ColumnsOf("layer_norm", input, weight, nameof(weight));
        if (bias is not null && weight is null)
        {
            throw new ArgumentException(
                "layer_norm: there is a bias, but no weight; a bias requires a weight.", nameof(bias));
        }

        ColumnsOf("layer_norm", input, bias, nameof(bias));
        var operation = new LayerNormOperation(epsilon);
        if (weight is not { } weights)
            return input.Tape.Record(operation, shape, input);
        return bias is { } biases
            ? input.Tape.Record(operation, shape, input, weights, biases)
            : input.Tape.Record(operation, shape, input, weights);
    }

    /// <summary>
    /// input / sqrt(mean of input^2 + epsilon) * weight with the mean square of each row, as torch.nn.functional.rms_norm over the last
    /// dimension.
    /// </summary>
    /// <param name="input">[..., columns]; all dimensions before the last are rows.</param>
    /// <param name="weight">[columns], or null (the default) for 1.</param>
    /// <param name="epsilon">Added to mean squares; at least 0. By default 2^-23, as in torch.</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="ArgumentException">Shapes do not match, or the variables belong to different tapes.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is out of its range.</exception>
    /// <exception cref="InvalidOperationException">A variable is the default value or from before the last reset.</exception>
    public static Variable RmsNorm(this Variable input, Variable? weight = null, double epsilon = 1.1920928955078125e-7)
    {
        HyperParameter.NonNegative(epsilon, nameof(epsilon));
        Shape shape = ColumnsOf("rms_norm", input, weight, nameof(weight));
        var operation = new RmsNormOperation(epsilon);
        return weight is { } weights
            ? input.Tape.Record(operation, shape, input, weights)
            : input.Tape.Record(operation, shape, input);
    }

    private static Shape ColumnsOf(string operation, Variable input, Variable? row, string name)
    {
        Shape shape = input.Shape;
        if (shape.Rank == 0 || shape.LastLength() == 0)
            Mismatch.Throw(operation, "input", shape, "it must be [..., columns] with at least 1 column");
        if (row is { } columns && (columns.Shape.Rank != 1 || columns.Shape[0] != shape.LastLength()))
        {
            Mismatch.Throw(
                operation, "input", shape, name, columns.Shape, $"{name} must be [{shape.LastLength()}], the last length of input");
        }

        return shape;
    }

    private struct LayerNormOperation(double epsilon) : IOperation
    {
        private Kept<float> _means;
        private Kept<float> _reciprocals;

        public void Forward(in ForwardContext context)
        {
            ReadOnlyMatrixSpan input = context.Input(0).AsRows(context.OutputShape.LastLength());
            _means = context.Keep<float>(input.Rows);
            _reciprocals = context.Keep<float>(input.Rows);
            LayerNormalization.Forward(
                input,
                context.InputCount > 1 ? context.Input(1) : [],
                context.InputCount > 2 ? context.Input(2) : [],
                epsilon,
                context.Span(_means),
                context.Span(_reciprocals),
                context.Output.AsRows(input.Columns),
                context.Workers);
        }

        public readonly void Backward(in BackwardContext context)
        {
            int columns = context.OutputShape.LastLength();
            ReadOnlyMatrixSpan input = context.Input(0).AsRows(columns), gradient = context.OutputGradient.AsRows(columns);
            ReadOnlySpan<float> means = context.Span(_means), reciprocals = context.Span(_reciprocals);
            if (context.InputCount > 1 && context.Needs(1))
            {
                Span<float> to = context.InputGradient(1, out bool adds);
                LayerNormalization.WeightGradient(input, means, reciprocals, gradient, to, adds, context.Workers);
            }

            if (context.InputCount > 2 && context.Needs(2))
            {
                Span<float> to = context.InputGradient(2, out bool adds);
                Reduction.ColumnSums(gradient, to, adds, context.Workers);
            }

            if (context.Needs(0))
            {
                ReadOnlySpan<float> weight = context.InputCount > 1 ? context.Input(1) : [];
                MatrixSpan to = context.InputGradient(0, out bool adds).AsRows(columns);
                LayerNormalization.InputGradient(input, weight, means, reciprocals, gradient, to, adds, context.Workers);
            }
        }
    }

    private struct RmsNormOperation(double epsilon) : IOperation
    {
        private Kept<float> _reciprocals;

        public void Forward(in ForwardContext context)
        {
            ReadOnlyMatrixSpan input = context.Input(0).AsRows(context.OutputShape.LastLength());
            _reciprocals = context.Keep<float>(input.Rows);
            ReadOnlySpan<float> weight = context.InputCount > 1 ? context.Input(1) : [];
            MatrixSpan output = context.Output.AsRows(input.Columns);
            RmsNormalization.Forward(input, weight, epsilon, context.Span(_reciprocals), output, context.Workers);
        }

        public readonly void Backward(in BackwardContext context)
        {
            int columns = context.OutputShape.LastLength();
            ReadOnlyMatrixSpan input = context.Input(0).AsRows(columns), gradient = context.OutputGradient.AsRows(columns);
            ReadOnlySpan<float> reciprocals = context.Span(_reciprocals);
            if (context.InputCount > 1 && context.Needs(1))
            {
                Span<float> to = context.InputGradient(1, out bool adds);
                RmsNormalization.WeightGradient(input, reciprocals, gradient, to, adds, context.Workers);
            }

            if (context.Needs(0))
            {
                ReadOnlySpan<float> weight = context.InputCount > 1 ? context.Input(1) : [];
                MatrixSpan to = context.InputGradient(0, out bool adds).AsRows(columns);
                RmsNormalization.InputGradient(input, weight, reciprocals, gradient, to, adds, context.Workers);
            }
        }
    }
}
