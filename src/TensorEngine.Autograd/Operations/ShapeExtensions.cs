namespace TensorEngine.Autograd.Operations;

/// <summary>Shapes made of shapes.</summary>
internal static class ShapeExtensions
{
    /// <summary>The length of the last dimension; there is one.</summary>
    public static int LastLength(this Shape shape) => shape[shape.Rank - 1];

    /// <summary>The shape with another last length.</summary>
    public static Shape WithLast(this Shape shape, int length)
    {
        Span<int> lengths = stackalloc int[shape.Rank];
        shape.Lengths.CopyTo(lengths);
        lengths[^1] = length;
        return Shape.Create(lengths);
    }
}
