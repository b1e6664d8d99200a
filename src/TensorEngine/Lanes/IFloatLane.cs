namespace TensorEngine.Lanes;

/// <summary>
/// What a kernel may do with a register of <see cref="Width"/> floats. Kernels are written once over this contract and run at
/// 16, 8, 4 and 1 lanes with the same bits, so every member rounds as IEEE 754 prescribes, lane by lane.
/// The second half treats the same register as unsigned 32-bit integers.
/// </summary>
internal interface IFloatLane<TSelf>
    where TSelf : struct, IFloatLane<TSelf>
{
    static abstract int Width { get; }

    /// <summary>How many registers of this width the processor has: what the matrix product's tile is chosen by.</summary>
    static abstract int RegisterCount { get; }

    static abstract TSelf Splat(float value);

    static abstract TSelf Load(ref readonly float source, nint index);

    void Store(ref float destination, nint index);

    /// <summary>
    /// Loads four neighbouring floats from each of <see cref="Width"/> rows, <paramref name="stride"/> apart: the first of all
    /// rows, the second of all rows and so on.
    /// </summary>
    static abstract (TSelf First, TSelf Second, TSelf Third, TSelf Fourth) LoadColumns(ref readonly float source, nint stride);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>left * right + addend, rounded once; also where the processor has no such instruction.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf left, TSelf right, TSelf addend);

    static abstract TSelf Sqrt(TSelf value);

    static abstract TSelf Abs(TSelf value);

    /// <summary>IEEE 754-2019 minimum: NaN if either is NaN, and -0 is smaller than +0.</summary>
    static abstract TSelf Min(TSelf left, TSelf right);

    /// <summary>IEEE 754-2019 maximum: NaN if either is NaN, and +0 is larger than -0.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>left &lt; right ? whenLess : otherwise; a comparison with NaN is false.</summary>
    static abstract TSelf SelectLess(TSelf left, TSelf right, TSelf whenLess, TSelf otherwise);

    static abstract TSelf SplatBits(uint value);

    static abstract TSelf operator &(TSelf left, TSelf right);

    static abstract TSelf operator ^(TSelf left, TSelf right);

    static abstract TSelf AddBits(TSelf left, TSelf right);

    static abstract TSelf SubtractBits(TSelf left, TSelf right);

    static abstract TSelf ShiftLeft(TSelf value, int count);

    static abstract TSelf ShiftRight(TSelf value, int count);

    /// <summary>Shifts the bits as a signed integer: the sign is repeated.</summary>
    static abstract TSelf ShiftRightSigned(TSelf value, int count);

    /// <summary>The bits as a signed 32-bit integer, converted to the nearest float.</summary>
    static abstract TSelf SignedToFloat(TSelf bits);
}
