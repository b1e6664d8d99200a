using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Generators;

/// <content>The words of a generator, and the default draws that are made from them.</content>
public abstract partial class Generator
{
    // Words and draws of a piece stay in the first cache. A multiple of the kernel's block.
    private const int Chunk = 2048;

    /// <summary>Returns the next 32 random bits, each 0 or 1 with equal probability and independent of all others.</summary>
    protected abstract uint NextWord();

    /// <summary>
    /// Fills with the words that successive calls of <see cref="NextWord"/> return, which is also the default implementation.
    /// </summary>
    /// <param name="destination">Any length.</param>
    protected virtual void FillWords(Span<uint> destination)
    {
        foreach (ref uint word in destination)
            word = NextWord();
    }

    /// <summary>
    /// Fills with draws from the uniform distribution. By default each draw takes one word: low + (high - low) * u with u from its upper 24
    /// bits. A draw that rounds up to the upper bound becomes the next float below it.
    /// </summary>
    /// <param name="destination">Any length.</param>
    /// <param name="low">The smallest value; it, the other bound and their difference are finite as floats.</param>
    /// <param name="high">At least <paramref name="low"/>.</param>
    protected virtual void FillUniform(Span<float> destination, double low, double high) =>
        FillByPairs(destination, UniformDraw.Between(low, high), inPairs: false);

    /// <summary>
    /// Fills with draws from the normal distribution. By default two draws take two words (Box and Muller's method): elements i and i + 16
    /// of each whole block of 32, and adjacent elements in the rest. If their number is odd, the last element takes one more word. Draws
    /// reach 6.76 deviations.
    /// </summary>
    /// <param name="destination">Any length.</param>
    /// <param name="mean">Finite as a float.</param>
    /// <param name="standardDeviation">At least 0 and finite as a float.</param>
    protected virtual void FillNormal(Span<float> destination, double mean, double standardDeviation) =>
        FillByPairs(destination, new NormalDraw((float)mean, (float)standardDeviation), inPairs: true);

    /// <summary>
    /// Fills with draws from the normal distribution truncated to [low, high]. By default each attempt takes
    /// the next two words.
    /// </summary>
    /// <param name="destination">Any length.</param>
    /// <param name="mean">The mean before truncation; finite as a float.</param>
    /// <param name="standardDeviation">The standard deviation before truncation; above 0 and finite as a float.</param>
    /// <param name="low">Below <paramref name="high"/>; negative infinity for none.</param>
    /// <param name="high">Infinity for none.</param>
    protected virtual void FillTruncatedNormal(Span<float> destination, double mean, double standardDeviation, double low, double high)
    {
        var interval = new TruncatedInterval(mean, standardDeviation, low, high);
        switch (interval.Proposal)
        {
            case TruncatedProposal.Normal: FillByAttempts(destination, interval.Normal); break;
            case TruncatedProposal.Uniform: FillByAttempts(destination, interval.Uniform); break;
            default: FillByAttempts(destination, interval.Exponential); break;
        }
    }

    /// <summary>
    /// Fills with integers from [low, low + count). By default each comes from <see cref="NextBelow"/>.
    /// </summary>
    /// <param name="destination">Any length.</param>
    /// <param name="low">The inclusive lower bound.</param>
    /// <param name="count">The number of integers to choose from; at least 1.</param>
    protected virtual void FillIntegers(Span<int> destination, int low, uint count)
    {
        foreach (ref int value in destination)
            value = (int)((uint)low + NextBelow(count));
    }

    /// <summary>
    /// Returns an integer from [0, exclusiveMaximum). By default it is the upper half of word * exclusiveMaximum, for the first word whose
    /// product does not fall into the unevenly divided part: usually one word, rarely more.
    /// Source: Lemire, Fast random integer generation in an interval, 2019.
    /// </summary>
    /// <param name="exclusiveMaximum">At least 1.</param>
    protected virtual uint NextBelow(uint exclusiveMaximum)
    {
        ulong product = (ulong)NextWord() * exclusiveMaximum;
        if ((uint)product < exclusiveMaximum)
        {
            uint uneven = (0u - exclusiveMaximum) % exclusiveMaximum;
            while ((uint)product < uneven)
                product = (ulong)NextWord() * exclusiveMaximum;
        }

        return (uint)(product >> 32);
    }

    private void FillByPairs<TDraw>(Span<float> destination, in TDraw draw, bool inPairs)
        where TDraw : struct, IDraw
    {
        while (!destination.IsEmpty)
        {
            Span<float> piece = destination[..Math.Min(Chunk, destination.Length)];
            FillWords(MemoryMarshal.Cast<float, uint>(piece));
            uint partner = inPairs && piece.Length % 2 == 1 ? NextWord() : 0;
            var kernel = new PairKernel<TDraw>(piece, partner, draw);
            LaneDispatch.Float(ref kernel);
            destination = destination[piece.Length..];
        }
    }

    private void FillByAttempts<TProposal>(Span<float> destination, in TProposal proposal)
        where TProposal : struct, IProposal
    {
        foreach (ref float value in destination)
        {
            do
            {
                FloatLane1 first = FloatLane1.SplatBits(NextWord()), second = FloatLane1.SplatBits(NextWord());
                value = proposal.Try(first, second).Value;
            }
            while (float.IsNaN(value));
        }
    }
}
