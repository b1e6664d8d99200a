namespace TensorEngine.Autograd.Operations;

/// <content>Parts of a dimension.</content>
public static partial class Functional
{
    /// <summary>Returns a range of one dimension, as torch.narrow; the elements are copied.</summary>
    /// <param name="input">At least one dimension.</param>
    /// <param name="dimension">The dimension, from 0.</param>
    /// <param name="start">The start of the range.</param>
    /// <param name="length">The length of the range; at least 1.</param>
    /// <returns>The shape of <paramref name="input"/> with <paramref name="length"/> in that dimension.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension, or the range extends beyond it.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable Slice(this Variable input, int dimension, int start, int length)
    {
        Shape shape = input.Shape;
        Require.Dimension(shape, dimension, nameof(dimension));
        if (start < 0 || start >= shape[dimension])
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), start, $"slice: start is {start}; dimension {dimension} of {shape} has 0 to {shape[dimension] - 1}.");
        }

        if (length < 1 || length > shape[dimension] - start)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length), length, $"slice: length is {length}; from {start} on, dimension {dimension} of {shape} has 1 to "
                + $"{shape[dimension] - start}.");
        }

        int inner = shape.ElementsBetween(dimension + 1);
        return input.Tape.Record(
            new SliceOperation(start * inner, length * inner, shape[dimension] * inner), shape.With(dimension, length), input);
    }

    /// <summary>From every stretch of the input, a part.</summary>
    private readonly struct SliceOperation(int start, int length, int stretch) : IOperation
    {
        public void Forward(in ForwardContext context) => Strips.Run(
            context.Input(0), new(stretch, start), context.Output, new(length, 0), length, StripMode.Copy, context.Workers);

        public void Backward(in BackwardContext context)
        {
            Span<float> input = context.InputGradient(0, out bool adds);
            StripMode mode = adds ? StripMode.Add : StripMode.CopyIntoZeros;
            Strips.Run(context.OutputGradient, new(length, 0), input, new(stretch, start), length, mode, context.Workers);
        }
    }
}
