using System.Runtime.CompilerServices;

namespace TensorEngine.Compression;

/// <summary>
/// The scale of a block: the biased float exponent k of its largest magnitude in one byte, as in E8M0 of OCP's microscaling formats. To
/// a magnitude the block's zero is added, a power of two far below 2^k, and what is kept are the leading bits of that sum's, less those of
/// the zero: above the zero 3 bits of mantissa and the exponents up to k, below it even steps of an eighth of the zero. So code 0 is
/// that of 0, nothing is cut off at the lower end, and no magnitude needs a case of its own.
/// </summary>
internal static class BlockScale
{
    /// <summary>Of a block that has a NaN, an infinity or a number of 2^127 and above: whatever is not 0 in it is NaN.</summary>
    public const int NotFinite = 255;

    /// <summary>The bits of a sum that are cut off: 3 of mantissa are left.</summary>
    public const int Dropped = 20;

    // That of 2^127: the sum with the zero, rounded up, would be infinite.
    private const int TooLarge = 254;

    // An eighth of the zero is a normal number: 2^-126.
    private const int LeastZero = 4;

    /// <summary>The scale.</summary>
    /// <param name="largest">The bits of the largest magnitude.</param>
    /// <param name="binades">How many binades the zero is below it.</param>
    /// <param name="scale">The scale if the block is finite; otherwise it is <see cref="NotFinite"/>.</param>
    /// <returns>Whether it is.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsFinite(int largest, int binades, out int scale)
    {
        scale = Math.Max(LeastZero + binades, largest >> 23);
        return scale < TooLarge;
    }

    /// <summary>
    /// The bits of the zero. In a block that is not finite those of the largest float, which the next code makes NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Zero(int scale, int binades) => scale == NotFinite ? 0x7F7F_FFFF : (uint)(scale - binades) << 23;
}
