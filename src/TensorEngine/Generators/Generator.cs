using TensorEngine.Lanes;

namespace TensorEngine.Generators;

/// <summary>A seeded source of random numbers. Not safe for use by several threads at once.</summary>
/// <remarks>
/// Whatever is asked with arguments that are not allowed, or beyond the end of a stream, throws before anything is drawn or written.
/// Only streams of <see cref="Philox"/> end, and throw an <see cref="InvalidOperationException"/> then. Bounds, means and
/// deviations are double, since PyTorch and NumPy compute some draws in double; where draws are made in float, they are narrowed
/// once on entry.
/// </remarks>
public abstract class Generator
{
    private protected Generator()
    {
    }

    /// <summary>
    /// Fills with draws from the uniform distribution on [low, high). Rounding can reach the upper end; each generator says
    /// what happens then.
    /// </summary>
    /// <param name="destination">Any length.</param>
    /// <param name="low">The smallest value; finite as a float.</param>
    /// <param name="high">At least <paramref name="low"/>; finite as a float. With equal bounds every draw is that value.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A bound or their difference is not finite as a float, or they are out of order.
    /// </exception>
    public void Uniform(Span<float> destination, double low = 0, double high = 1)
    {
        Require.Finite(low, nameof(low));
        if (!(high >= low) || !float.IsFinite((float)high) || !float.IsFinite((float)high - (float)low))
        {
            throw new ArgumentOutOfRangeException(
                nameof(high), high, $"high is {high}; it must be at least low ({low}) and finite as a float, and so must be high - low.");
        }

        FillUniform(destination, low, high);
    }

    /// <summary>Fills with draws from the normal distribution.</summary>
    /// <param name="destination">Any length.</param>
    /// <param name="mean">The mean; finite as a float.</param>
    /// <param name="standardDeviation">The standard deviation; at least 0 and finite as a float.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not finite as a float, or the deviation is negative.</exception>
    public void Normal(Span<float> destination, double mean = 0, double standardDeviation = 1)
    {
        Require.Finite(mean, nameof(mean));
        Require.NonNegative(standardDeviation, nameof(standardDeviation));
        FillNormal(destination, mean, standardDeviation);
    }

    /// <summary>
    /// Fills with draws from the normal distribution of which only what lies within [low, high] is kept: no draw is outside, and
    /// none is moved to a bound. By rejection; which proposals are made depends on the interval, so that far tails take as few
    /// attempts as any other interval.
    /// </summary>
    /// <param name="destination">Any length.</param>
    /// <param name="mean">The mean before truncation; finite as a float.</param>
    /// <param name="standardDeviation">
    /// The standard deviation before truncation; at least 0 and finite as a float. With 0 every draw is the value of the interval
    /// that is nearest to the mean.
    /// </param>
    /// <param name="low">The smallest value, not in deviations; negative infinity for none.</param>
    /// <param name="high">The largest value, not below <paramref name="low"/>; infinity for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The mean or the deviation is not finite as a float, the deviation is negative, or the bounds are NaN, out of order or the
    /// same infinity.
    /// </exception>
    public void TruncatedNormal(
        Span<float> destination,
        double mean = 0,
        double standardDeviation = 1,
        double low = -2,
        double high = 2)
    {
        Require.Finite(mean, nameof(mean));
        Require.NonNegative(standardDeviation, nameof(standardDeviation));
        if (float.IsNaN((float)low) || float.IsPositiveInfinity((float)low))
            throw new ArgumentOutOfRangeException(nameof(low), low, $"low is {low}; it must be negative infinity or finite as a float.");
        if (!(high >= low) || float.IsNegativeInfinity((float)high))
        {
            throw new ArgumentOutOfRangeException(
                nameof(high), high, $"high is {high}; it must be at least low ({low}), and infinity or finite as a float.");
        }

        var interval = new TruncatedInterval((float)mean, (float)standardDeviation, (float)low, (float)high);
        switch (interval.Proposal)
        {
            case TruncatedProposal.Point: destination.Fill(interval.Point); break;
            case TruncatedProposal.Normal: FillTruncated(destination, interval.Normal); break;
            case TruncatedProposal.Uniform: FillTruncated(destination, interval.Uniform); break;
            default: FillTruncated(destination, interval.Exponential); break;
        }
    }

    /// <summary>Fills with integers from [low, high), each equally likely as far as the generator goes.</summary>
    /// <param name="destination">Any length.</param>
    /// <param name="low">The smallest integer.</param>
    /// <param name="high">One above the largest integer; above <paramref name="low"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> is not above <paramref name="low"/>.</exception>
    public void Integers(Span<int> destination, int low, int high)
    {
        CheckRange(low, high);
        FillIntegers(destination, low, (uint)high - (uint)low);
    }

    /// <summary>An integer from [0, exclusiveMaximum), each equally likely as far as the generator goes.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveMaximum"/> is below 1.</exception>
    public int Below(int exclusiveMaximum) =>
        exclusiveMaximum >= 1
            ? (int)NextBelow((uint)exclusiveMaximum)
            : throw new ArgumentOutOfRangeException(
                nameof(exclusiveMaximum), exclusiveMaximum, $"exclusiveMaximum is {exclusiveMaximum}; it must be at least 1.");

    /// <summary>
    /// Puts the items in a random order, each order equally likely as far as the generator has so many states: each place from
    /// the last to the second is swapped with one that is not behind it.
    /// </summary>
    /// <param name="items">Any length.</param>
    /// <typeparam name="T">The items' type.</typeparam>
    public virtual void Shuffle<T>(Span<T> items)
    {
        CheckRoom(items.Length - 1);
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = (int)NextBelow((uint)i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>Fills with 0, 1, 2, ... in a random order, the one that <see cref="Shuffle"/> gives.</summary>
    /// <param name="destination">Any length.</param>
    public void Permutation(Span<int> destination)
    {
        CheckRoom(destination.Length - 1);
        for (int i = 0; i < destination.Length; i++)
            destination[i] = i;
        Shuffle(destination);
    }

    /// <summary>Everything that the next draws depend on, as plain numbers.</summary>
    public abstract GeneratorState SaveState();

    /// <summary>Goes on where <see cref="SaveState"/> was called, with the same draws.</summary>
    /// <param name="state">A state saved by a generator of the same kind.</param>
    /// <exception cref="ArgumentNullException"><paramref name="state"/> is null.</exception>
    /// <exception cref="ArgumentException">It is of another kind, or its numbers are none that this kind saves.</exception>
    public abstract void RestoreState(GeneratorState state);

    /// <summary>Describes the state.</summary>
    internal void Describe(StateVisitor visitor)
    {
        GeneratorState own = SaveState();
        visitor.Fixed("kind", own.Kind);
        var found = new GeneratorState(own.Kind, visitor.Words("words", own.Words));

        // Restoring is what checks the words; they are for later.
        RestoreState(found);
        RestoreState(own);
        visitor.Commit(() => RestoreState(found));
    }

    /// <summary>Throws if the stream ends before so many more draws.</summary>
    internal virtual void CheckRoom(long count)
    {
    }

    private protected static void CheckRange(long low, long high)
    {
        if (high <= low)
            throw new ArgumentOutOfRangeException(nameof(high), high, $"high is {high}; it must be above low ({low}).");
    }

    private protected abstract void FillUniform(Span<float> destination, double low, double high);

    private protected abstract void FillNormal(Span<float> destination, double mean, double standardDeviation);

    /// <summary>Below 2^32 many integers from <paramref name="low"/> up.</summary>
    private protected virtual void FillIntegers(Span<int> destination, int low, uint count)
    {
        foreach (ref int value in destination)
            value = (int)((uint)low + NextBelow(count));
    }

    private protected abstract uint NextBelow(uint exclusiveMaximum);

    /// <summary>32 random bits.</summary>
    private protected abstract uint NextWord();

    /// <summary>Here each attempt takes the next two words.</summary>
    private protected virtual void FillTruncated<TProposal>(Span<float> destination, in TProposal proposal)
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
