namespace TensorEngine.Lanes;

/// <summary>A register of <see cref="Width"/> doubles, loaded from floats; reductions accumulate their sums in it.</summary>
internal interface IDoubleLane<TSelf>
    where TSelf : struct, IDoubleLane<TSelf>
{
    static abstract int Width { get; }

    /// <summary>Loads <see cref="Width"/> floats and widens them, which is exact.</summary>
    static abstract TSelf LoadFloats(ref readonly float source, nint index);

    static abstract TSelf Load(ref readonly double source, nint index);

    void Store(ref double destination, nint index);

    /// <summary>Stores the nearest floats.</summary>
    void StoreFloats(ref float destination, nint index);

    static abstract TSelf Splat(double value);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>
    /// Returns left * right. The product of two widened floats is exact, so a fused multiply-add would give the same bits.
    /// </summary>
    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    static abstract TSelf Abs(TSelf value);

    /// <summary>Returns the minimum of IEEE 754-2019: NaN if either is NaN.</summary>
    static abstract TSelf Min(TSelf left, TSelf right);
}
