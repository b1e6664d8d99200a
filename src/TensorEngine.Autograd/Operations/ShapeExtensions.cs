namespace TensorEngine.Autograd.Operations;

/// <summary>Computes shapes from shapes.</summary>
internal static class ShapeExtensions
{
    /// <summary>The length of the last dimension; there is one.</summary>
    public static int LastLength(this Shape shape) => shape[shape.Rank - 1];

    /// <summary>The shape with another last length.</summary>
    public static Shape WithLast(this Shape shape, int length) => shape.With(shape.Rank - 1, length);

    /// <summary>The shape with another length in one dimension.</summary>
    public static Shape With(this Shape shape, int dimension, int length)
    {
        Span<int> lengths = stackalloc int[shape.Rank];
        shape.Lengths.CopyTo(lengths);
        lengths[dimension] = length;
        return Shape.Create(lengths);
    }

    /// <summary>The shape with one dimension more.</summary>
    public static Shape Append(this Shape shape, int length)
    {
        Span<int> lengths = stackalloc int[shape.Rank + 1];
        shape.Lengths.CopyTo(lengths);
        lengths[^1] = length;
        return Shape.Create(lengths);
    }

    /// <summary>The shape with one dimension left out.</summary>
    public static Shape Without(this Shape shape, int dimension)
    {
        Span<int> lengths = stackalloc int[shape.Rank - 1];
        shape.Lengths[..dimension].CopyTo(lengths);
        shape.Lengths[(dimension + 1)..].CopyTo(lengths[dimension..]);
        return Shape.Create(lengths);
    }

    /// <summary>Whether the last dimensions are those of another shape.</summary>
    public static bool EndsWith(this Shape shape, Shape end) => shape.Lengths.EndsWith(end.Lengths);

    /// <summary>The number of elements of the dimensions from one to before another, or to the last.</summary>
    public static int ElementsBetween(this Shape shape, int dimension, int end = int.MaxValue)
    {
        int count = 1;
        for (int i = dimension; i < shape.Rank && i < end; i++)
            count *= shape[i];
        return count;
    }
}
