using System.Diagnostics;
using System.Globalization;
using System.Text;
using TensorEngine.Lanes;

namespace TensorEngine.Generators;

/// <summary>
/// The counter-based generator Philox4x32-10. A draw depends on the seed, the stream and its position alone. A fill gives the same bits
/// whether it is drawn whole or in pieces, after any other draws, at every register width, and with any number of <see cref="Workers"/>. To
/// fill from threads of your own, give each thread a generator with the same seed and stream at the <see cref="Position"/> where its part
/// begins; the parts then equal those of a single fill.
/// </summary>
/// <remarks>
/// Each element, whether uniform, normal, truncated normal or integer, takes one position; a permutation of n items takes n - 1. Positions
/// form groups of 64, which share 16 blocks of four 32-bit words: position i is word i % 64 / 16 of block i / 64 * 16 + i % 16, and a
/// block's counter holds the block in its low 48 bits, in the next 16 the number of rejections, and in the upper 64 the stream; the key is
/// the seed. Normal draws use the words of their own position and its neighbor (Box and Muller's method): words 0 and 1 give elements 0 and
/// 1, words 2 and 3 give elements 2 and 3. Attempt k at a truncated draw uses its position's words after 2k and 2k + 1 rejections, attempt
/// k at an integer the word after k rejections. Uniform draws have 24 bits; a draw that rounds up to the upper bound becomes the next float
/// below it.
/// Source: Salmon et al., Parallel random numbers: as easy as 1, 2, 3, 2011.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class Philox : Generator
{
    private const string Kind = "philox4x32-10";
    private const int Group = PhiloxKernel<WordDraw>.Group;
    private const int BlocksPerGroup = PhiloxKernel<WordDraw>.BlocksPerGroup;
    private const int RejectionShift = 48;

    // About what a draw takes; whether to share a fill need not be known better.
    private const double NanosecondsPerDraw = 1;

    private PhiloxKeys _keys;

    /// <summary>Creates a generator at position 0 of a stream.</summary>
    /// <param name="seed">Any number; different seeds give unrelated draws.</param>
    /// <param name="stream">Any number; the streams of one seed are also unrelated.</param>
    public Philox(ulong seed, ulong stream = 0)
    {
        Seed = seed;
        Stream = stream;
    }

    /// <summary>The seed.</summary>
    public ulong Seed
    {
        get;
        private set
        {
            field = value;
            _keys = PhiloxKeys.Of(value);
        }
    }

    /// <summary>The stream.</summary>
    public ulong Stream { get; private set; }

    /// <summary>
    /// The largest position: 2^50, where the stream ends. Draws that would go beyond it throw an <see cref="InvalidOperationException"/>.
    /// </summary>
    public static long MaximumPosition => 1L << 50;

    /// <summary>
    /// The threads that share long fills, or null (the default) to use the calling thread alone. The draws are the same either way.
    /// </summary>
    public Workers? Workers { get; set; }

    /// <summary>The number of elements before the next draw. Setting it takes constant time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above <see cref="MaximumPosition"/>.</exception>
    public long Position
    {
        get;
        set => field = value >= 0 && value <= MaximumPosition
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"Position is {value}; it must be at least 0 and at most {MaximumPosition}.");
    }

    /// <summary>Returns a text such as "Philox seed 42, stream 0, position 300".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"Philox seed {Seed}, stream {Stream}, position {Position}");

    /// <summary>
    /// Creates a generator with a stream for something with a name, such as a parameter: adding a layer to a model, or filling in a
    /// different order, does not change the draws of the others.
    /// </summary>
    /// <param name="seed">Any number.</param>
    /// <param name="name">
    /// Well-formed Unicode. The stream is the 64-bit FNV-1a hash of its UTF-8 bytes: from 14695981039346656037, for each byte,
    /// exclusive or with the byte and product with 1099511628211.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> contains an unpaired surrogate.</exception>
    public static Philox ForName(ulong seed, string name)
    {
        ulong hash = 14695981039346656037;
        foreach (byte value in Encoding.UTF8.GetBytes(Require.WellFormed(name)))
            hash = (hash ^ value) * 1099511628211;
        return new Philox(seed, hash);
    }

    /// <summary>Kind <c>philox4x32-10</c> with three numbers: seed, stream and position.</summary>
    public override GeneratorState SaveState() => new(Kind, [Seed, Stream, (ulong)Position]);

    /// <inheritdoc/>
    public override void RestoreState(GeneratorState state)
    {
        CheckState(state);
        ReadOnlySpan<ulong> words = state.Words;
        (Seed, Stream, Position) = (words[0], words[1], (long)words[2]);
    }

    /// <inheritdoc/>
    protected override void CheckState(GeneratorState state)
    {
        GeneratorState.WordsOf(state, Kind, 3);
        GeneratorState.WordOf(state, 2, (ulong)MaximumPosition);
    }

    /// <inheritdoc/>
    protected internal override void CheckRoom(long count)
    {
        if (count > MaximumPosition - Position)
        {
            throw new InvalidOperationException(
                $"The stream ends at position {MaximumPosition}; {count} draws from {Position} go beyond it.");
        }
    }

    /// <inheritdoc/>
    protected override void FillUniform(Span<float> destination, double low, double high) =>
        Fill(destination, UniformDraw.Between(low, high));

    /// <inheritdoc/>
    protected override void FillNormal(Span<float> destination, double mean, double standardDeviation) =>
        Fill(destination, new NormalDraw((float)mean, (float)standardDeviation));

    /// <inheritdoc/>
    protected override uint NextWord()
    {
        CheckRoom(1);
        return WordAt(Position++, 0);
    }

    private uint WordAt(long position, ulong rejections)
    {
        ulong block = (ulong)(position / Group) * BlocksPerGroup + (ulong)(position % BlocksPerGroup);
        ulong low = block | rejections << RejectionShift;
        CounterLane1 c0 = new(low), c1 = new(low >> 32), c2 = new(Stream), c3 = new(Stream >> 32);
        PhiloxRounds.Apply<CounterLane1, FloatLane1>(ref c0, ref c1, ref c2, ref c3, in _keys);
        CounterLane1 word = (position % Group / BlocksPerGroup) switch
        {
            0 => c0,
            1 => c1,
            2 => c2,
            _ => c3,
        };
        return BitConverter.SingleToUInt32Bits(CounterLane1.ToBits(word).Value);
    }

    /// <summary>
    /// Returns the uniform draws from 0 to 1 at any position. The generator's position does not change, so several threads may call it at
    /// the same time.
    /// </summary>
    internal void UniformAt(long position, Span<float> destination)
    {
        UniformDraw draw = UniformDraw.Between(0, 1);
        Span<float> group = stackalloc float[Group];
        int done = 0;
        while (done < destination.Length)
        {
            int skipped = (int)((position + done) % Group), taken = Math.Min(Group - skipped, destination.Length - done);
            FillBlocks(group, draw, (ulong)((position + done) / Group) * BlocksPerGroup);
            group.Slice(skipped, taken).CopyTo(destination[done..]);
            done += taken;
        }
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

    private void FillGroups<TDraw>(Span<float> destination, in TDraw draw, long firstGroup, ulong rejections = 0)
        where TDraw : struct, IDraw
    {
        ulong firstBlock = (ulong)firstGroup * BlocksPerGroup | rejections << RejectionShift;
        WorkParts parts = Workers.Divide(Workers, destination.Length / Group, Group * NanosecondsPerDraw, unit: 1);
        if (parts.Count > 1)
        {
            var groups = new GroupsWork<TDraw>(this, destination, draw, firstBlock, parts);
            Workers.Run(Workers, ref groups, parts.Count);
        }
        else
        {
            FillBlocks(destination, draw, firstBlock);
        }
    }

    private void FillBlocks<TDraw>(Span<float> destination, in TDraw draw, ulong firstBlock)
        where TDraw : struct, IDraw
    {
        var kernel = new PhiloxKernel<TDraw>(destination, draw, firstBlock, Stream, in _keys);
        LaneDispatch.Counter(ref kernel);
    }

    /// <summary>A fill of whole groups in parts of whole groups.</summary>
    private readonly ref struct GroupsWork<TDraw>(
        Philox generator, Span<float> destination, in TDraw draw, ulong firstBlock, WorkParts parts) : IWork
        where TDraw : struct, IDraw
    {
        private readonly Span<float> _destination = destination;
        private readonly TDraw _draw = draw;

        public void Run(int part)
        {
            (int first, int count) = parts.Of(part);
            generator.FillBlocks(
                _destination.Slice(first * Group, count * Group), _draw, firstBlock + (ulong)first * BlocksPerGroup);
        }
    }
}
