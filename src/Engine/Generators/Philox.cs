using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Simd;

namespace Engine.Generators;

/// <summary>
/// The counter-based generator Philox4x32-10: a draw depends on the seed, the stream and its position alone. A fill gives the
/// same bits whether it is drawn whole or in pieces, after whatever other draws, at every width of the processor's registers.
/// </summary>
/// <remarks>
/// Each element that is drawn, uniform, normal or integer, takes one position. Positions come in groups of 64, which share 16
/// blocks of four 32-bit words: position i is word i % 64 / 16 of block i / 64 * 16 + i % 16, and a block's counter holds the
/// block in its low 48 bits, in the next 16 the number of rejections, and in the upper 64 the stream; the key is the seed.
/// Normal draws take their position's word and its neighbour's (Box and Muller's method): words 0 and 1 make elements 0 and 1,
/// words 2 and 3 make elements 2 and 3.
/// Source: Salmon et al., Parallel random numbers: as easy as 1, 2, 3, 2011.
/// </remarks>
public sealed class Philox : Generator
{
    private const int Group = 64;
    private const int BlocksPerGroup = 16;
    private const int RejectionShift = 48;

    private readonly ulong _seed;
    private readonly ulong _stream;

    /// <summary>Starts at position 0 of a stream.</summary>
    /// <param name="seed">Any number; different seeds give unrelated draws.</param>
    /// <param name="stream">Any number; the streams of one seed are unrelated, too.</param>
    public Philox(ulong seed, ulong stream = 0)
    {
        _seed = seed;
        _stream = stream;
    }

    /// <summary>The seed.</summary>
    public ulong Seed => _seed;

    /// <summary>The stream.</summary>
    public ulong Stream => _stream;

    /// <summary>The largest position: 2^50, where the stream ends.</summary>
    public static long MaxPosition => 1L << 50;

    /// <summary>How many elements lie before the next draw; setting it goes there at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above <see cref="MaxPosition"/>.</exception>
    public long Position
    {
        get;
        set => field = value >= 0 && value <= MaxPosition
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Position is {value}; it must be at least 0 and at most {MaxPosition}.");
    }

    private protected override void FillUniform(Span<float> destination, float low, float high)
    {
        // What rounds up to the upper bound becomes the next float below it.
        float largest = high > low ? MathF.BitDecrement(high) : high;
        Fill(destination, new UniformDraw(low, high - low, largest));
    }

    private protected override void FillNormal(Span<float> destination, float mean, float standardDeviation) =>
        Fill(destination, new NormalDraw(mean, standardDeviation));

    // The upper half of word * n is uniform where the lower half does not fall into the part that n does not divide evenly.
    // Source: Lemire, Fast random integer generation in an interval, 2019.
    private protected override int NextBelow(int exclusiveMaximum)
    {
        CheckRoom(1);
        uint n = (uint)exclusiveMaximum;
        ulong product = 0;
        for (ulong rejections = 0; rejections < 1 << 16; rejections++)
        {
            product = (ulong)Word(Position, rejections) * n;
            if ((uint)product >= n || (uint)product >= (0u - n) % n)
                break;
        }

        Position++;
        return (int)(product >> 32);
    }

    private uint Word(long position, ulong rejections)
    {
        ulong block = (ulong)(position / Group) * BlocksPerGroup + (ulong)(position % BlocksPerGroup);
        ulong low = block | rejections << RejectionShift;
        CounterLane1 c0 = new(low), c1 = new(low >> 32), c2 = new(_stream), c3 = new(_stream >> 32);
        PhiloxRounds.Apply<CounterLane1, FloatLane1>(ref c0, ref c1, ref c2, ref c3, (uint)_seed, (uint)(_seed >> 32));
        CounterLane1 word = (position % Group / BlocksPerGroup) switch
        {
            0 => c0,
            1 => c1,
            2 => c2,
            _ => c3,
        };
        return BitConverter.SingleToUInt32Bits(CounterLane1.ToBits(word).Value);
    }

    private void CheckRoom(long count)
    {
        if (count > MaxPosition - Position)
            throw new InvalidOperationException($"The stream ends at position {MaxPosition}; {count} draws from {Position} go beyond it.");
    }

    private void Fill<TDraw>(Span<float> destination, in TDraw draw)
        where TDraw : struct, IDraw
    {
        CheckRoom(destination.Length);
        Span<float> group = stackalloc float[Group];
        int done = 0;
        int skipped = (int)(Position % Group);
        if (skipped > 0)
        {
            done = Math.Min(Group - skipped, destination.Length);
            FillGroups(group, draw, Position / Group);
            group.Slice(skipped, done).CopyTo(destination);
        }

        int whole = (destination.Length - done) / Group * Group;
        FillGroups(destination.Slice(done, whole), draw, (Position + done) / Group);
        done += whole;
        if (done < destination.Length)
        {
            FillGroups(group, draw, (Position + done) / Group);
            group[..(destination.Length - done)].CopyTo(destination[done..]);
        }

        Position += destination.Length;
    }

    private void FillGroups<TDraw>(Span<float> destination, in TDraw draw, long firstGroup)
        where TDraw : struct, IDraw
    {
        var kernel = new Kernel<TDraw>(destination, draw, (ulong)firstGroup * BlocksPerGroup, _seed, _stream);
        LaneDispatch.Counter(ref kernel);
    }

    private readonly ref struct Kernel<TDraw>(Span<float> destination, in TDraw draw, ulong firstBlock, ulong seed, ulong stream)
        : ICounterKernel
        where TDraw : struct, IDraw
    {
        private readonly Span<float> _destination = destination;
        private readonly TDraw _draw = draw;

        public void Run<TCounter, TFloat>()
            where TCounter : struct, ICounterLane<TCounter, TFloat>
            where TFloat : struct, IFloatLane<TFloat> =>
            Run<TCounter, TFloat>(ref MemoryMarshal.GetReference(_destination), _destination.Length, _draw, firstBlock, seed, stream);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Run<TCounter, TFloat>(
            ref float destination, nint length, TDraw draw, ulong firstBlock, ulong seed, ulong stream)
            where TCounter : struct, ICounterLane<TCounter, TFloat>
            where TFloat : struct, IFloatLane<TFloat>
        {
            for (nint start = 0; start < length; start += Group)
            {
                for (nint lane = 0; lane < BlocksPerGroup; lane += TFloat.Width)
                {
                    TCounter c0 = TCounter.Sequence(firstBlock + (ulong)lane);
                    TCounter c1 = TCounter.High(c0), c2 = TCounter.Splat(stream), c3 = TCounter.Splat(stream >> 32);
                    PhiloxRounds.Apply<TCounter, TFloat>(ref c0, ref c1, ref c2, ref c3, (uint)seed, (uint)(seed >> 32));
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
}
