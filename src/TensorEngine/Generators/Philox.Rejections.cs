using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Generators;

/// <content>
/// Draws that may take several attempts: each counts its rejections in the counter, so that an element still depends on seed,
/// stream and position alone.
/// </content>
public sealed partial class Philox
{
    // 256 elements with their words stay in the first cache.
    private const int Chunk = 256;

    // A single attempt takes as long as 64 vectorized ones.
    private const int FewMissing = 4;

    private const ulong MostRejections = 1 << 16;

    /// <inheritdoc/>
    protected override uint NextBelow(uint exclusiveMaximum)
    {
        CheckRoom(1);
        uint value = BelowAt(Position, WordAt(Position, 0), exclusiveMaximum);
        Position++;
        return value;
    }

    /// <inheritdoc/>
    protected override void FillIntegers(Span<int> destination, int low, uint count)
    {
        CheckRoom(destination.Length);
        Span<float> words = stackalloc float[Chunk];
        while (!destination.IsEmpty)
        {
            Piece piece = NextPiece(destination.Length);
            FillGroups(words[..piece.Padded], default(WordDraw), piece.FirstGroup);
            ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(words).Slice(piece.Skipped, piece.Length);
            for (int i = 0; i < bits.Length; i++)
                destination[i] = (int)((uint)low + BelowAt(Position + i, bits[i], count));
            Position += piece.Length;
            destination = destination[piece.Length..];
        }
    }

    /// <inheritdoc/>
    protected override void FillTruncatedNormal(Span<float> destination, double mean, double standardDeviation, double low, double high)
    {
        var interval = new TruncatedInterval(mean, standardDeviation, low, high);
        switch (interval.Proposal)
        {
            case TruncatedProposal.Normal: FillTruncated(destination, interval.Normal); break;
            case TruncatedProposal.Uniform: FillTruncated(destination, interval.Uniform); break;
            default: FillTruncated(destination, interval.Exponential); break;
        }
    }

    private void FillTruncated<TProposal>(Span<float> destination, in TProposal proposal)
        where TProposal : struct, IProposal
    {
        CheckRoom(destination.Length);
        Span<float> words = stackalloc float[2 * Chunk];
        Span<float> drawn = stackalloc float[Chunk];
        while (!destination.IsEmpty)
        {
            Piece piece = NextPiece(destination.Length);
            Span<float> wanted = drawn.Slice(piece.Skipped, piece.Length);
            Span<float> first = words[..piece.Padded], second = words.Slice(Chunk, piece.Padded);
            drawn.Fill(float.NaN);
            ulong rejections = 0;
            do
            {
                FillGroups(first, default(WordDraw), piece.FirstGroup, rejections);
                FillGroups(second, default(WordDraw), piece.FirstGroup, rejections + 1);
                var kernel = new AttemptKernel<TProposal>(first, second, drawn[..piece.Padded], proposal);
                LaneDispatch.Float(ref kernel);
                rejections += 2;
            }
            while (Missing(wanted) > FewMissing);

            for (int i = 0; i < wanted.Length; i++)
            {
                if (float.IsNaN(wanted[i]))
                    wanted[i] = Attempt(Position + i, rejections, proposal);
            }

            wanted.CopyTo(destination);
            Position += piece.Length;
            destination = destination[piece.Length..];
        }
    }

    private static int Missing(ReadOnlySpan<float> drawn)
    {
        int missing = 0;
        foreach (float value in drawn)
            missing += float.IsNaN(value) ? 1 : 0;
        return missing;
    }

    // The upper half of word * n is uniform where the lower half does not fall into the part that n does not divide evenly.
    // Source: Lemire, Fast random integer generation in an interval, 2019.
    private uint BelowAt(long position, uint word, uint n)
    {
        ulong product = (ulong)word * n;
        if ((uint)product < n)
        {
            uint uneven = (0u - n) % n;
            for (ulong rejections = 1; (uint)product < uneven && rejections < MostRejections; rejections++)
                product = (ulong)WordAt(position, rejections) * n;
        }

        return (uint)(product >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private float Attempt<TProposal>(long position, ulong rejections, in TProposal proposal)
        where TProposal : struct, IProposal
    {
        while (true)
        {
            FloatLane1 first = FloatLane1.SplatBits(WordAt(position, rejections));
            FloatLane1 second = FloatLane1.SplatBits(WordAt(position, rejections + 1));
            float value = proposal.Try(first, second).Value;
            if (!float.IsNaN(value))
                return value;
            rejections = (rejections + 2) % MostRejections;
        }
    }

    private Piece NextPiece(int length)
    {
        int skipped = (int)(Position % Group);
        int taken = Math.Min(length, Chunk - skipped);
        return new Piece(Position / Group, skipped, taken, (skipped + taken + Group - 1) / Group * Group);
    }

    /// <summary>
    /// Elements that are drawn together: they begin within a group, and all their groups together have <c>Padded</c> elements.
    /// </summary>
    private readonly record struct Piece(long FirstGroup, int Skipped, int Length, int Padded);

    /// <summary>Makes an attempt at each element that is still NaN.</summary>
    private readonly ref struct AttemptKernel<TProposal>(
        ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> drawn, in TProposal proposal) : IFloatKernel
        where TProposal : struct, IProposal
    {
        private readonly ReadOnlySpan<float> _first = first;
        private readonly ReadOnlySpan<float> _second = second;
        private readonly Span<float> _drawn = drawn;
        private readonly TProposal _proposal = proposal;

        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat> =>
            Run<TFloat>(
                ref MemoryMarshal.GetReference(_first),
                ref MemoryMarshal.GetReference(_second),
                ref MemoryMarshal.GetReference(_drawn),
                _drawn.Length,
                _proposal);

        // The length is a multiple of a group, so of every width.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Run<TFloat>(ref float first, ref float second, ref float drawn, nint length, TProposal proposal)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat infinity = TFloat.Splat(float.PositiveInfinity);
            for (nint i = 0; i < length; i += TFloat.Width)
            {
                TFloat attempt = proposal.Try(TFloat.Load(ref first, i), TFloat.Load(ref second, i));
                TFloat before = TFloat.Load(ref drawn, i);
                // A comparison with NaN is false.
                TFloat.SelectLess(before, infinity, before, attempt).Store(ref drawn, i);
            }
        }
    }
}
