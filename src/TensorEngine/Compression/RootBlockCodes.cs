using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Compression;

/// <summary>
/// Stores elements that are never negative, such as averages of squares, as their square root with 4 bits of exponent and 4 of mantissa. A
/// nonzero element becomes at least the smallest code, never 0, because rules divide by it; 0 stays 0. The magnitude is stored for a
/// negative element.
/// </summary>
internal readonly struct RootBlockCodes : IBlockCodes
{
    private const int Dropped = 19;

    // The square of the smallest code is 2^-126 and above.
    private const int LeastScale = 79;

    private const uint Smallest = 1u << Dropped;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Scale(int largest) => BlockScale.OfRoot(largest, Dropped, LeastScale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Decode<TCode, TFloat>(ref readonly byte codes, TFloat from)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat code = TCode.LoadBytes(in codes);
        TFloat root = TFloat.AddBits(TFloat.ShiftLeft(code, Dropped), from);
        return TCode.WhereNotZero(code, root * root);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static BlockBounds<TFloat> Bounds<TFloat>(int scale)
        where TFloat : struct, IFloatLane<TFloat> => new(TFloat.SplatBits(BlockScale.MinusBase(scale)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Encode<TCode, TFloat>(TFloat value, TFloat noise, BlockBounds<TFloat> bounds)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat root = TFloat.Sqrt(TFloat.Abs(value));
        TFloat above = TFloat.AddBits(TFloat.AddBits(root, TFloat.ShiftLeft(noise, Dropped - 16)), bounds.MinusBase);
        return TCode.WhereNotZero(root, TFloat.ShiftRight(TCode.MaxBits(above, TFloat.SplatBits(Smallest)), Dropped));
    }
}
