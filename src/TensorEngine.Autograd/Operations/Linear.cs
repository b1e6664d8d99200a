using TensorEngine.Numerics;
using TensorEngine.Numerics.Activations;
using TensorEngine.Numerics.Products;

namespace TensorEngine.Autograd.Operations;

/// <content>Affine maps of rows.</content>
public static partial class Functional
{
    /// <summary>
    /// input · weightᵀ + bias, as torch.nn.functional.linear. Each element is one chain of fused multiply-adds over the inputs in
    /// ascending order, to which the bias is added.
    /// </summary>
    /// <param name="input">[..., inputs]; all dimensions before the last are rows.</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[outputs], or null (the default) for none.</param>
    /// <returns>[..., outputs].</returns>
    /// <exception cref="ArgumentException">Shapes do not match, or the variables belong to different tapes.</exception>
    /// <exception cref="InvalidOperationException">A variable is the default value or from before the last reset.</exception>
    public static Variable Linear(this Variable input, Variable weight, Variable? bias = null)
    {
        Shape shape = input.Shape, weights = weight.Shape;
        if (shape.Rank == 0 || weights.Rank != 2 || shape.LastLength() != weights[1])
            Mismatch.Throw("linear", "input", shape, "weight", weights, "input must be [..., inputs] and weight [outputs, inputs]");
        Shape output = shape.WithLast(weights[0]);
        if (bias is not { } biases)
            return input.Tape.Record(default(LinearOperation), output, input, weight);
        if (biases.Shape.Rank != 1 || biases.Shape[0] != weights[0])
            Mismatch.Throw("linear", "weight", weights, "bias", biases.Shape, "weight must be [outputs, inputs] and bias [outputs]");
        return input.Tape.Record(default(LinearOperation), output, input, weight, biases);
    }

    private readonly struct LinearOperation : IOperation
    {
        public void Forward(in ForwardContext context)
        {
            ReadOnlyMatrixSpan input = context.Input(0).AsRows(context.InputShape(0).LastLength());
            MatrixSpan output = context.Output.AsRows(context.OutputShape.LastLength());
            MatrixProduct.Multiply(input, context.Input(1).AsRows(input.Columns).Transposed, output, context.Workers);
            if (context.InputCount > 2)
                Bias.Add(output, context.Input(2), output, context.Workers);
        }

        public void Backward(in BackwardContext context)
        {
            ReadOnlyMatrixSpan input = context.Input(0).AsRows(context.InputShape(0).LastLength());
            ReadOnlyMatrixSpan gradient = context.OutputGradient.AsRows(context.OutputShape.LastLength());
            if (context.Needs(1))
            {
                MatrixSpan weight = context.InputGradient(1, out bool adds).AsRows(input.Columns);
                Rows.Multiply(gradient.Transposed, input, weight, adds, context.Workers);
            }

            if (context.InputCount > 2 && context.Needs(2))
                Reduction.ColumnSums(gradient, context.InputGradient(2), workers: context.Workers);
            if (context.Needs(0))
            {
                MatrixSpan to = context.InputGradient(0, out bool adds).AsRows(input.Columns);
                Rows.Multiply(gradient, context.Input(1).AsRows(input.Columns), to, adds, context.Workers);
            }
        }
    }
}
