namespace TensorEngine.Lanes;

/// <summary>
/// What a kernel may do with a register of <see cref="Width"/> floats. Kernels are written once over this contract and run at
/// 16, 8, 4 and 1 lanes with the same bits, so every member rounds as IEEE 754 prescribes, lane by lane.
/// The second half treats the same register as unsigned 32-bit integers. Only the library implements it.
/// </summary>
/// <typeparam name="TSelf">The register type itself.</typeparam>
public interface IFloatLane<TSelf>
    where TSelf : struct, IFloatLane<TSelf>
{
    /// <summary>The number of lanes: 16, 8, 4 or 1.</summary>
    static abstract int Width { get; }

    /// <summary>The value in every lane.</summary>
    /// <param name="value">Any float.</param>
    static abstract TSelf Splat(float value);

    /// <summary>The constant in every lane, kept in a register over the whole loop.</summary>
    /// <param name="value">A field of the kernel.</param>
    static abstract TSelf Splat(in Constant value);

    /// <summary>left + right, rounded once.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>left - right, rounded once.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>The value with its sign turned, that of zeros and of NaN as well.</summary>
    /// <param name="value">Any value.</param>
    static abstract TSelf operator -(TSelf value);

    /// <summary>left * right, rounded once.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>left / right, rounded once.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>left * right + addend, rounded once; also where the processor has no such instruction.</summary>
    /// <param name="left">The first factor.</param>
    /// <param name="right">The second factor.</param>
    /// <param name="addend">What is added to the exact product.</param>
    static abstract TSelf FusedMultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>The square root, rounded once; NaN below 0, and -0 for -0.</summary>
    /// <param name="value">The radicand.</param>
    static abstract TSelf Sqrt(TSelf value);

    /// <summary>The magnitude: the sign bit cleared, of NaN as well.</summary>
    /// <param name="value">Any value.</param>
    static abstract TSelf Abs(TSelf value);

    /// <summary>The magnitude of one value with the sign of another, that of zeros and of NaN as well.</summary>
    /// <param name="magnitude">Any value.</param>
    /// <param name="sign">Any value.</param>
    static abstract TSelf CopySign(TSelf magnitude, TSelf sign);

    /// <summary>IEEE 754-2019 minimum: NaN if either is NaN, and -0 is smaller than +0.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf Min(TSelf left, TSelf right);

    /// <summary>IEEE 754-2019 maximum: NaN if either is NaN, and +0 is larger than -0.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>left &lt; right ? whenLess : otherwise; a comparison with NaN is false.</summary>
    /// <param name="left">The left operand of the comparison.</param>
    /// <param name="right">The right operand of the comparison.</param>
    /// <param name="whenLess">The result in lanes where left is below right.</param>
    /// <param name="otherwise">The result in all other lanes.</param>
    static abstract TSelf SelectLess(TSelf left, TSelf right, TSelf whenLess, TSelf otherwise);

    /// <summary>The bit pattern in every lane.</summary>
    /// <param name="value">The bits of a float.</param>
    static abstract TSelf SplatBits(uint value);

    /// <summary>The bits that both operands have.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf operator &(TSelf left, TSelf right);

    /// <summary>The bits that exactly one operand has.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf operator ^(TSelf left, TSelf right);

    /// <summary>The sum of the bits as integers, modulo 2^32.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf AddBits(TSelf left, TSelf right);

    /// <summary>The difference of the bits as integers, modulo 2^32.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf SubtractBits(TSelf left, TSelf right);

    /// <summary>The bits moved to the left; zeros follow from the right.</summary>
    /// <param name="value">The bits.</param>
    /// <param name="count">0 to 31.</param>
    static abstract TSelf ShiftLeft(TSelf value, int count);

    /// <summary>The bits moved to the right; zeros follow from the left.</summary>
    /// <param name="value">The bits.</param>
    /// <param name="count">0 to 31.</param>
    static abstract TSelf ShiftRight(TSelf value, int count);

    /// <summary>The bits moved to the right as a signed integer: copies of the sign follow from the left.</summary>
    /// <param name="value">The bits.</param>
    /// <param name="count">0 to 31.</param>
    static abstract TSelf ShiftRightSigned(TSelf value, int count);

    /// <summary>The bits as a signed 32-bit integer, converted to the nearest float.</summary>
    /// <param name="bits">A two's complement integer in every lane.</param>
    static abstract TSelf SignedToFloat(TSelf bits);

    /// <summary>Loads <see cref="Width"/> neighbouring floats.</summary>
    internal static abstract TSelf Load(ref readonly float source, nint index);

    /// <summary>Stores <see cref="Width"/> neighbouring floats.</summary>
    internal void Store(ref float destination, nint index);
}

/// <summary>What the matrix product and short rows need of a register beside the arithmetic.</summary>
internal interface ITileLane<TSelf> : IFloatLane<TSelf>
    where TSelf : struct, ITileLane<TSelf>
{
    /// <summary>How many registers of this width the processor has: what the product's tile is chosen by.</summary>
    static abstract int RegisterCount { get; }

    /// <summary>
    /// Loads four neighbouring floats from each of <see cref="IFloatLane{TSelf}.Width"/> rows, <paramref name="stride"/> apart: the
    /// first of all rows, the second of all rows and so on.
    /// </summary>
    static abstract (TSelf First, TSelf Second, TSelf Third, TSelf Fourth) LoadColumns(ref readonly float source, nint stride);

    /// <summary>
    /// Loads twice <see cref="IFloatLane{TSelf}.Width"/> neighbouring floats: every second one from the first on, and from the second.
    /// </summary>
    static abstract (TSelf Even, TSelf Odd) LoadPairs(ref readonly float source, nint index);

    /// <summary>The reverse of <see cref="LoadColumns"/>.</summary>
    static abstract void StoreColumns(ref float destination, nint stride, TSelf first, TSelf second, TSelf third, TSelf fourth);
}
