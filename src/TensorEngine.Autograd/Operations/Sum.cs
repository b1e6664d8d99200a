using System.Numerics.Tensors;
using TensorEngine.Lanes;
using TensorEngine.Numerics;

namespace TensorEngine.Autograd.Operations;

/// <content>Sums and means.</content>
public static partial class Functional
{
    /// <summary>Returns the sum of all elements, as torch.sum, in the order that <see cref="Reduction"/> states.</summary>
    /// <param name="input">Any shape; 0 without elements.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable Sum(this Variable input) => input.Tape.Record(new SumOperation(1), [], input);

    /// <summary>Returns the mean of all elements, as torch.mean, in the order that <see cref="Reduction"/> states.</summary>
    /// <param name="input">Any shape; NaN without elements.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable Mean(this Variable input) => input.Tape.Record(new SumOperation(input.Shape.ElementCount), [], input);

    /// <summary>
    /// Returns the sums over a dimension, as torch.sum with dim: accumulated in double, over the last dimension in the order that
    /// <see cref="Reduction"/> states, over other dimensions one element after the other.
    /// </summary>
    /// <param name="input">Any shape of at least 1 dimension.</param>
    /// <param name="dimension">The dimension to sum over and remove, from 0.</param>
    /// <returns>The shape of <paramref name="input"/> without the dimension.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable Sum(this Variable input, int dimension)
    {
        Require.Dimension(input.Shape, dimension, nameof(dimension));
        return input.Tape.Record(new DimensionSumOperation(dimension, 1), input.Shape.Without(dimension), input);
    }

    /// <summary>Returns the means over a dimension, as torch.mean with dim; NaN if its length is 0.</summary>
    /// <inheritdoc cref="Sum(Variable, int)"/>
    public static Variable Mean(this Variable input, int dimension)
    {
        Require.Dimension(input.Shape, dimension, nameof(dimension));
        var operation = new DimensionSumOperation(dimension, input.Shape[dimension]);
        return input.Tape.Record(operation, input.Shape.Without(dimension), input);
    }

    private readonly struct SumOperation(double divisor) : IOperation
    {
        public void Forward(in ForwardContext context) =>
            context.SetScalar(Reduction.Sum(context.Input(0), context.Workers) / divisor);

        public void Backward(in BackwardContext context)
        {
            float gradient = (float)(context.OutputGradient[0] / divisor);
            Span<float> to = context.InputGradient(0, out bool adds);
            if (adds)
                Map.Run(new Shift(gradient), to, to, context.Workers);
            else
                to.Fill(gradient);
        }
    }

    /// <summary>[outer, length, inner] to [outer, inner].</summary>
    private readonly struct DimensionSumOperation(int dimension, float divisor) : IOperation
    {
        public void Forward(in ForwardContext context)
        {
            Shape shape = context.InputShape(0);
            ReadOnlySpan<float> input = context.Input(0);
            Span<float> output = context.Output;
            int length = shape[dimension], inner = shape.ElementsBetween(dimension + 1);
            for (int i = 0; i < output.Length; i += inner)
            {
                ReadOnlySpan<float> block = input.Slice(i * length, length * inner);
                if (inner == 1)
                    output[i] = (float)Reduction.Sum(block, context.Workers);
                else
                    Reduction.ColumnSums(new(block, length, inner), output.Slice(i, inner), workers: context.Workers);
            }

            if (divisor != 1)
                TensorPrimitives.Divide(output, divisor, output);
        }

        public void Backward(in BackwardContext context)
        {
            Shape shape = context.InputShape(0);
            ReadOnlySpan<float> gradient = context.OutputGradient;
            int length = shape[dimension], inner = shape.ElementsBetween(dimension + 1);
            Span<float> divided = context.Temporary<float>(inner), to = context.InputGradient(0, out bool adds);
            for (int i = 0; i < gradient.Length; i += inner)
            {
                TensorPrimitives.Divide(gradient.Slice(i, inner), divisor, divided);
                Span<float> block = to.Slice(i * length, length * inner);
                if (inner == 1 && !adds)
                {
                    block.Fill(divided[0]);
                    continue;
                }

                for (int start = 0; start < block.Length; start += inner)
                {
                    Span<float> row = block.Slice(start, inner);
                    if (adds)
                        TensorPrimitives.Add(row, divided, row);
                    else
                        divided.CopyTo(row);
                }
            }
        }
    }
}
