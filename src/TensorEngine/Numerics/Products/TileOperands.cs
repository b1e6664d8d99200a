namespace TensorEngine.Numerics.Products;

/// <summary>Where a tile finds its operands and its sums, and how many k it goes over. Distances are in elements.</summary>
internal ref struct TileOperands
{
    /// <summary>The tile's first row of the left operand, at the first k.</summary>
    public ref float Left;

    /// <summary>From a row of the left operand to the next.</summary>
    public nint LeftRow;

    /// <summary>From a k of the left operand to the next.</summary>
    public nint LeftStep;

    /// <summary>The tile's first column of the right operand at the first k; the other columns are next to it.</summary>
    public ref float Right;

    /// <summary>From a k of the right operand to the next.</summary>
    public nint RightStep;

    /// <summary>The tile's first sum; the others of its row are next to it.</summary>
    public ref float Target;

    /// <summary>From a row of sums to the next.</summary>
    public nint TargetRow;

    /// <summary>The number of k.</summary>
    public int Steps;

    /// <summary>Whether the target has sums already, to which the products are added.</summary>
    public bool Accumulate;
}
