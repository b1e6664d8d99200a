using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Generators;

/// <summary>
/// Turns words into draws in place: words i and i + 16 of each whole block of 32, so that the bits are the same at every register width,
/// and adjacent words in the rest, the last with an extra partner if their number is odd.
/// </summary>
internal readonly ref struct PairKernel<TDraw>(Span<float> words, uint lastPartner, in TDraw draw) : IFloatKernel
    where TDraw : struct, IDraw
{
    private const int Half = 16;
    private const int Block = 2 * Half;

    private readonly Span<float> _words = words;
    private readonly TDraw _draw = draw;

    public void Run<TFloat>()
        where TFloat : struct, IFloatLane<TFloat> =>
        Run<TFloat>(ref MemoryMarshal.GetReference(_words), _words.Length, FloatLane1.SplatBits(lastPartner), _draw);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Run<TFloat>(ref float words, nint length, FloatLane1 lastPartner, TDraw draw)
        where TFloat : struct, IFloatLane<TFloat>
    {
        nint start = 0;
        for (; start <= length - Block; start += Block)
        {
            for (nint i = start; i < start + Half; i += TFloat.Width)
            {
                (TFloat first, TFloat second) = draw.Pair(TFloat.Load(ref words, i), TFloat.Load(ref words, i + Half));
                first.Store(ref words, i);
                second.Store(ref words, i + Half);
            }
        }

        for (; start < length; start += 2)
        {
            bool isLast = start == length - 1;
            FloatLane1 partner = isLast ? lastPartner : FloatLane1.Load(ref words, start + 1);
            (FloatLane1 first, FloatLane1 second) = draw.Pair(FloatLane1.Load(ref words, start), partner);
            first.Store(ref words, start);
            if (!isLast)
                second.Store(ref words, start + 1);
        }
    }
}
