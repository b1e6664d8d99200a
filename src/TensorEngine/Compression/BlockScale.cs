using System.Runtime.CompilerServices;

namespace TensorEngine.Compression;

/// <summary>
/// The scale of a block: the biased float exponent k of its largest magnitude in one byte, as in E8M0 of OCP's microscaling formats. A
/// code is the exponent below k and the mantissa of an element: the bits of the float without those that are truncated, minus the base.
/// Only 0 has code 0.
/// </summary>
internal static class BlockScale
{
    /// <summary>The scale of a block with a NaN or an infinity: every nonzero element of it decodes to NaN.</summary>
    public const int NotFinite = 255;

    // 4 bits of exponent.
    private const int Exponents = 15;

    private const int Infinity = 0x7F80_0000;

    /// <summary>The scale.</summary>
    /// <param name="largest">The bits of the largest magnitude.</param>
    /// <param name="dropped">The number of bits that are truncated.</param>
    /// <param name="least">The smallest scale, at which no code is denormal.</param>
    /// <returns>
    /// A scale with which the largest magnitude has a code for any dither. <see cref="NotFinite"/> if it may have none.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Of(int largest, int dropped, int least) =>
        largest >= Infinity ? NotFinite : Math.Max(least, largest + (1 << dropped) - 1 >> 23);

    /// <summary>The scale of the roots: the largest root is the root of the largest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int OfRoot(int largest, int dropped, int least) =>
        largest >= Infinity
            ? NotFinite
            : Of(BitConverter.SingleToInt32Bits(MathF.Sqrt(BitConverter.Int32BitsToSingle(largest))), dropped, least);

    /// <summary>
    /// Gets the bits of the float that code 0 would represent; in a nonfinite block NaN, also for the few smallest codes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Base(int scale) => scale == NotFinite ? 0x7FC0_0000 : (uint)(scale - Exponents) << 23;

    /// <summary>
    /// Gets the value to subtract from the bits; in a nonfinite block it is large enough that only the smallest codes remain.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MinusBase(int scale) => unchecked(0 - (scale == NotFinite ? 0x7FF0_0000 : (uint)(scale - Exponents) << 23));
}
