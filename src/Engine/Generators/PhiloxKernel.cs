using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Simd;

namespace Engine.Generators;

/// <summary>
/// Fills whole groups of 64 elements with draws: 16 blocks of four words, the first words of all blocks, then the second ones,
/// the third and the fourth.
/// </summary>
internal readonly ref struct PhiloxKernel<TDraw>(
    Span<float> destination, in TDraw draw, ulong firstBlock, ulong stream, ref readonly PhiloxKeys keys)
    : ICounterKernel
    where TDraw : struct, IDraw
{
    /// <summary>How many elements come from the blocks that are computed together.</summary>
    public const int Group = 64;

    /// <summary>How many blocks those are.</summary>
    public const int BlocksPerGroup = 16;

    private readonly Span<float> _destination = destination;
    private readonly TDraw _draw = draw;
    private readonly ref readonly PhiloxKeys _keys = ref keys;

    public void Run<TCounter, TFloat>()
        where TCounter : struct, ICounterLane<TCounter, TFloat>
        where TFloat : struct, IFloatLane<TFloat> =>
        Run<TCounter, TFloat>(ref MemoryMarshal.GetReference(_destination), _destination.Length, _draw, firstBlock, stream, in _keys);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TCounter, TFloat>(
        ref float destination, nint length, TDraw draw, ulong firstBlock, ulong stream, ref readonly PhiloxKeys keys)
        where TCounter : struct, ICounterLane<TCounter, TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        TCounter streamLow = TCounter.Splat(stream), streamHigh = TCounter.Splat(stream >> 32);
        for (nint start = 0; start < length; start += Group)
        {
            for (nint lane = 0; lane < BlocksPerGroup; lane += TFloat.Width)
            {
                TCounter c0 = TCounter.Sequence(firstBlock + (ulong)lane);
                TCounter c1 = TCounter.High(c0), c2 = streamLow, c3 = streamHigh;
                PhiloxRounds.Apply<TCounter, TFloat>(ref c0, ref c1, ref c2, ref c3, in keys);
                (TFloat first, TFloat second) = draw.Pair(TCounter.ToBits(c0), TCounter.ToBits(c1));
                (TFloat third, TFloat fourth) = draw.Pair(TCounter.ToBits(c2), TCounter.ToBits(c3));
                first.Store(ref destination, start + lane);
                second.Store(ref destination, start + lane + BlocksPerGroup);
                third.Store(ref destination, start + lane + 2 * BlocksPerGroup);
                fourth.Store(ref destination, start + lane + 3 * BlocksPerGroup);
            }

            firstBlock += BlocksPerGroup;
        }
    }
}
