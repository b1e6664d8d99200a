namespace TensorEngine.Autograd.Operations;

/// <content>Other shapes of the same elements.</content>
public static partial class Functional
{
    /// <summary>
    /// Returns the same elements in row-major order with another shape, as torch.reshape. Only the elements of parameters are copied.
    /// </summary>
    /// <param name="input">Any shape.</param>
    /// <param name="shape">A shape with the same number of elements.</param>
    /// <returns>The given shape.</returns>
    /// <exception cref="ArgumentException">The shapes differ in the number of elements.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable Reshape(this Variable input, Shape shape)
    {
        if (shape.ElementCount != input.Shape.ElementCount)
            Mismatch.Throw("reshape", "input", input.Shape, "shape", shape, "they must have the same number of elements");
        return input.Tape.RecordSame(default(ReshapeOperation), shape, input);
    }

    /// <summary>
    /// Joins dimensions, as torch.flatten; by default all but the first, as torch.nn.Flatten: [rows, 32, 4, 4] gives [rows, 512].
    /// </summary>
    /// <param name="input">Any shape.</param>
    /// <param name="startDimension">The first of the dimensions to join; 1 by default.</param>
    /// <returns>The dimensions before <paramref name="startDimension"/>, and one of the rest.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="startDimension"/> is not a dimension.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable Flatten(this Variable input, int startDimension = 1)
    {
        Shape shape = input.Shape;
        Require.Dimension(shape, startDimension, nameof(startDimension));
        Span<int> lengths = stackalloc int[startDimension + 1];
        lengths.Fill(1);
        for (int i = 0; i < shape.Rank; i++)
            lengths[Math.Min(i, startDimension)] *= shape[i];
        return input.Reshape(Shape.Create(lengths));
    }

    private readonly struct ReshapeOperation : IOperation
    {
        public void Forward(in ForwardContext context) => Repeated.Copy(context.Input(0), context.Output);

        public void Backward(in BackwardContext context) => Repeated.Copy(context.OutputGradient, context.InputGradientInPlace(0));
    }
}
