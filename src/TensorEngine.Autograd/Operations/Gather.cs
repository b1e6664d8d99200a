namespace TensorEngine.Autograd.Operations;

/// <content>Elements by their indices.</content>
public static partial class Functional
{
    /// <summary>
    /// Returns the elements with the given indices along a dimension, as torch.gather: output[i, j, k] = input[i, indices[i, j, k], k] for
    /// dimension 1 of 3. The gradient of an element is the sum over the positions that refer to it, in their order.
    /// </summary>
    /// <param name="input">At least one dimension.</param>
    /// <param name="dimension">The dimension, from 0.</param>
    /// <param name="indices">The indices in row-major order, each in [0, length of that dimension).</param>
    /// <param name="shape">
    /// The shape of the indices: as many dimensions as <paramref name="input"/>, of which only <paramref name="dimension"/> may be longer.
    /// </param>
    /// <returns>The shape of the indices.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="shape"/> does not match <paramref name="input"/>, or <paramref name="indices"/> has a different number of elements.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension, or an index is out of range.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable Gather(this Variable input, int dimension, ReadOnlySpan<int> indices, Shape shape)
    {
        Shape from = input.Shape;
        Require.Dimension(from, dimension, nameof(dimension));
        bool fits = shape.Rank == from.Rank;
        for (int i = 0; fits && i < shape.Rank; i++)
            fits = i == dimension || shape[i] <= from[i];
        if (!fits)
        {
            Mismatch.Throw(
                "gather", "input", from, "shape", shape,
                $"shape must have as many dimensions as input, of which only dimension {dimension} may be longer");
        }

        if (shape.ElementCount != indices.Length)
        {
            throw new ArgumentException(
                $"gather: indices has {indices.Length} elements, shape is {shape}; they must have the same number.", nameof(indices));
        }

        Require.Below(from[dimension], indices, nameof(indices));
        Kept<int> places = input.Tape.TakeKept<int>(indices.Length);
        Locate(from, shape, dimension, indices, input.Tape.SpanOf(places));
        return input.Tape.Record(new GatherOperation(places), shape, input);
    }

    // Counts through the indices' dimensions; the place is that of the element in the input.
    private static void Locate(Shape from, Shape shape, int dimension, ReadOnlySpan<int> indices, Span<int> places)
    {
        Span<int> at = stackalloc int[shape.Rank];
        at.Clear();
        for (int i = 0; i < places.Length; i++)
        {
            int place = 0;
            for (int j = 0; j < at.Length; j++)
                place = place * from[j] + (j == dimension ? indices[i] : at[j]);
            places[i] = place;
            for (int j = at.Length - 1; j >= 0 && ++at[j] == shape[j]; j--)
                at[j] = 0;
        }
    }

    private readonly struct GatherOperation(Kept<int> places) : IOperation
    {
        public void Forward(in ForwardContext context)
        {
            ReadOnlySpan<float> input = context.Input(0);
            ReadOnlySpan<int> from = context.Span(places);
            Span<float> output = context.Output;
            for (int i = 0; i < output.Length; i++)
                output[i] = input[from[i]];
        }

        public void Backward(in BackwardContext context)
        {
            ReadOnlySpan<float> gradient = context.OutputGradient;
            ReadOnlySpan<int> to = context.Span(places);
            Span<float> input = context.InputGradient(0, out bool adds);
            if (!adds)
                input.Clear();
            for (int i = 0; i < gradient.Length; i++)
                input[to[i]] += gradient[i];
        }
    }
}
