using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Generators;

/// <summary>
/// Fills whole groups of 64 elements with draws: 16 blocks of four words, the first words of all blocks, then the second ones,
/// the third and the fourth.
/// </summary>
internal readonly ref struct PhiloxKernel<TDraw>(
    Span<float> destination, in TDraw draw, ulong firstBlock, ulong stream, ref readonly PhiloxKeys keys)
    : ICounterKernel
    where TDraw : struct, IDraw
{
    /// <summary>The number of elements from the blocks that are computed together.</summary>
    public const int Group = 64;

    /// <summary>The number of blocks that are computed together.</summary>
    public const int BlocksPerGroup = 16;

    private readonly Span<float> _destination = destination;
    private readonly TDraw _draw = draw;
    private readonly ref readonly PhiloxKeys _keys = ref keys;

    public void Run<TCounter, TFloat>()
        where TCounter : struct, ICounterLane<TCounter, TFloat>
        where TFloat : struct, IFloatLane<TFloat> =>
        Run<TCounter, TFloat>(ref MemoryMarshal.GetReference(_destination), _destination.Length, _draw, firstBlock, stream, in _keys);

    // In two passes: the processor works on several blocks at once then, and either loop keeps its constants in registers. The
    // words stay in the first cache, at an address where no load is split between two lines.
    [SkipLocalsInit]
    private static unsafe void Run<TCounter, TFloat>(
        ref float destination, nint length, TDraw draw, ulong firstBlock, ulong stream, ref readonly PhiloxKeys keys)
        where TCounter : struct, ICounterLane<TCounter, TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        const int Chunk = 16 * Group, Alignment = 64;
        float* memory = stackalloc float[Chunk + Alignment / sizeof(float)];
        ref float words = ref Unsafe.AsRef<float>((void*)(((nint)memory + Alignment - 1) & -Alignment));
        for (nint start = 0; start < length; start += Chunk)
        {
            nint count = Math.Min(Chunk, length - start);
            Words<TCounter, TFloat>(ref words, count, firstBlock, stream, in keys);
            Draws<TFloat>(ref words, ref Unsafe.Add(ref destination, start), count, draw);
            firstBlock += Chunk / Group * BlocksPerGroup;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Words<TCounter, TFloat>(
        ref float destination, nint length, ulong firstBlock, ulong stream, ref readonly PhiloxKeys keys)
        where TCounter : struct, ICounterLane<TCounter, TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        var firstRound = new PhiloxFirstRound<TCounter, TFloat>(stream, in keys);
        for (nint start = 0; start < length; start += Group)
        {
            for (nint lane = 0; lane < BlocksPerGroup; lane += TFloat.Width)
            {
                (TCounter c0, TCounter c1, TCounter c2, TCounter c3) = firstRound.Apply(TCounter.Sequence(firstBlock + (ulong)lane));
                PhiloxRounds.ApplyAfterFirst<TCounter, TFloat>(ref c0, ref c1, ref c2, ref c3, in keys);
                TCounter.ToBits(c0).Store(ref destination, start + lane);
                TCounter.ToBits(c1).Store(ref destination, start + lane + BlocksPerGroup);
                TCounter.ToBits(c2).Store(ref destination, start + lane + 2 * BlocksPerGroup);
                TCounter.ToBits(c3).Store(ref destination, start + lane + 3 * BlocksPerGroup);
            }

            firstBlock += BlocksPerGroup;
        }
    }

    // The first and the second words of 16 blocks, then the third and the fourth.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Draws<TFloat>(ref float words, ref float destination, nint length, TDraw draw)
        where TFloat : struct, IFloatLane<TFloat>
    {
        for (nint start = 0; start < length; start += 2 * BlocksPerGroup)
        {
            for (nint i = start; i < start + BlocksPerGroup; i += TFloat.Width)
            {
                (TFloat first, TFloat second) = draw.Pair(TFloat.Load(ref words, i), TFloat.Load(ref words, i + BlocksPerGroup));
                first.Store(ref destination, i);
                second.Store(ref destination, i + BlocksPerGroup);
            }
        }
    }
}
