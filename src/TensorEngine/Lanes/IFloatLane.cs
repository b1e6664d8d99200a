namespace TensorEngine.Lanes;

/// <summary>
/// Defines the operations a kernel can use on a register of <see cref="Width"/> floats. A kernel is written once against this contract and
/// gives the same bits at 16, 8, 4 and 1 lanes, so every member rounds as IEEE 754 prescribes, lane by lane. The second half treats the
/// same register as unsigned 32-bit integers. Only the library implements this interface.
/// </summary>
/// <typeparam name="TSelf">The register type itself.</typeparam>
public interface IFloatLane<TSelf>
    where TSelf : struct, IFloatLane<TSelf>
{
    /// <summary>The number of lanes: 16, 8, 4 or 1.</summary>
    static abstract int Width { get; }

    /// <summary>Returns the value in every lane.</summary>
    /// <param name="value">Any float.</param>
    static abstract TSelf Splat(float value);

    /// <summary>Returns the constant in every lane, kept in a register for the whole loop.</summary>
    /// <param name="value">A field of the kernel.</param>
    static abstract TSelf Splat(in Constant value);

    /// <summary>Returns left + right, rounded once.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>Returns left - right, rounded once.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>Returns the value with its sign flipped, including that of zeros and NaN.</summary>
    /// <param name="value">Any value.</param>
    static abstract TSelf operator -(TSelf value);

    /// <summary>Returns left * right, rounded once.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>Returns left / right, rounded once.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>Returns left * right + addend, rounded once, even if the processor has no such instruction.</summary>
    /// <param name="left">The first factor.</param>
    /// <param name="right">The second factor.</param>
    /// <param name="addend">The value to add to the exact product.</param>
    static abstract TSelf FusedMultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>Returns the square root, rounded once; NaN for values below 0, and -0 for -0.</summary>
    /// <param name="value">The radicand.</param>
    static abstract TSelf Sqrt(TSelf value);

    /// <summary>Returns the value with its sign bit cleared, including that of NaN.</summary>
    /// <param name="value">Any value.</param>
    static abstract TSelf Abs(TSelf value);

    /// <summary>Returns the magnitude of one value with the sign of another, including the sign of zeros and NaN.</summary>
    /// <param name="magnitude">Any value.</param>
    /// <param name="sign">Any value.</param>
    static abstract TSelf CopySign(TSelf magnitude, TSelf sign);

    /// <summary>Returns the minimum of IEEE 754-2019: NaN if either is NaN, and -0 is smaller than +0.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf Min(TSelf left, TSelf right);

    /// <summary>Returns the maximum of IEEE 754-2019: NaN if either is NaN, and +0 is larger than -0.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>Returns left &lt; right ? whenLess : otherwise; a comparison with NaN is false.</summary>
    /// <param name="left">The left operand of the comparison.</param>
    /// <param name="right">The right operand of the comparison.</param>
    /// <param name="whenLess">The result in lanes where left is less than right.</param>
    /// <param name="otherwise">The result in all other lanes.</param>
    static abstract TSelf SelectLess(TSelf left, TSelf right, TSelf whenLess, TSelf otherwise);

    /// <summary>Returns the bit pattern in every lane.</summary>
    /// <param name="value">The bits of a float.</param>
    static abstract TSelf SplatBits(uint value);

    /// <summary>Returns the bits set in both operands.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf operator &(TSelf left, TSelf right);

    /// <summary>Returns the bits set in exactly one operand.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf operator ^(TSelf left, TSelf right);

    /// <summary>Returns the sum of the bits as integers, modulo 2^32.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf AddBits(TSelf left, TSelf right);

    /// <summary>Returns the difference of the bits as integers, modulo 2^32.</summary>
    /// <param name="left">The left operand.</param>
    /// <param name="right">The right operand.</param>
    static abstract TSelf SubtractBits(TSelf left, TSelf right);

    /// <summary>Returns the bits shifted left, filled with zeros.</summary>
    /// <param name="value">The bits.</param>
    /// <param name="count">0 to 31.</param>
    static abstract TSelf ShiftLeft(TSelf value, int count);

    /// <summary>Returns the bits shifted right, filled with zeros.</summary>
    /// <param name="value">The bits.</param>
    /// <param name="count">0 to 31.</param>
    static abstract TSelf ShiftRight(TSelf value, int count);

    /// <summary>Returns the bits shifted right as a signed integer, filled with copies of the sign bit.</summary>
    /// <param name="value">The bits.</param>
    /// <param name="count">0 to 31.</param>
    static abstract TSelf ShiftRightSigned(TSelf value, int count);

    /// <summary>Returns the bits, as a signed 32-bit integer, converted to the nearest float.</summary>
    /// <param name="bits">A two's complement integer in every lane.</param>
    static abstract TSelf SignedToFloat(TSelf bits);

    /// <summary>Loads <see cref="Width"/> adjacent floats.</summary>
    internal static abstract TSelf Load(ref readonly float source, nint index);

    /// <summary>Stores <see cref="Width"/> adjacent floats.</summary>
    internal void Store(ref float destination, nint index);
}

/// <summary>Defines what the matrix product and short rows need from a register in addition to the arithmetic.</summary>
internal interface ITileLane<TSelf> : IFloatLane<TSelf>
    where TSelf : struct, ITileLane<TSelf>
{
    /// <summary>Gets the number of registers of this width that the processor has, which determines the product's tile.</summary>
    static abstract int RegisterCount { get; }

    /// <summary>
    /// Loads four adjacent floats from each of <see cref="IFloatLane{TSelf}.Width"/> rows, <paramref name="stride"/> apart: the
    /// first of all rows, the second of all rows and so on.
    /// </summary>
    static abstract (TSelf First, TSelf Second, TSelf Third, TSelf Fourth) LoadColumns(ref readonly float source, nint stride);

    /// <summary>
    /// Loads twice <see cref="IFloatLane{TSelf}.Width"/> adjacent floats: every second one starting with the first, and with the second.
    /// </summary>
    static abstract (TSelf Even, TSelf Odd) LoadPairs(ref readonly float source, nint index);

    /// <summary>The reverse of <see cref="LoadColumns"/>.</summary>
    static abstract void StoreColumns(ref float destination, nint stride, TSelf first, TSelf second, TSelf third, TSelf fourth);
}
