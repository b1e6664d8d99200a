namespace TensorEngine.Generators;

/// <summary>A seeded source of random numbers. It is not thread-safe.</summary>
/// <remarks>
/// <para>Invalid arguments, and draws past the end of a stream, throw before anything is drawn or written. Of this library's generators
/// only <see cref="Philox"/> has streams that end, with an <see cref="InvalidOperationException"/>. Bounds, means and deviations are
/// double, since PyTorch and NumPy compute some draws in double; where draws are made in float, they are narrowed once on entry.</para>
/// <para>A generator of your own derives from this class and needs three members, <see cref="NextWord"/>, <see cref="SaveState"/> and
/// <see cref="RestoreState"/>; it then makes every draw, works with every initializer and is saved in checkpoints:</para>
/// <code>
/// public sealed class SplitMix(ulong seed) : Generator
/// {
///     private ulong _state = seed;
///
///     public override GeneratorState SaveState() =&gt; new("splitmix64", [_state]);
///
///     public override void RestoreState(GeneratorState state) =&gt; _state = GeneratorState.WordsOf(state, "splitmix64", 1)[0];
///
///     protected override uint NextWord()
///     {
///         ulong z = _state += 0x9E3779B97F4A7C15;
///         z = (z ^ (z &gt;&gt; 30)) * 0xBF58476D1CE4E5B9;
///         z = (z ^ (z &gt;&gt; 27)) * 0x94D049BB133111EB;
///         return (uint)((z ^ (z &gt;&gt; 31)) &gt;&gt; 32);
///     }
/// }
/// </code>
/// <para>The other protected members have defaults that turn the words into draws, each word used once and in order, at every width of
/// the processor's registers with the same bits. Override <see cref="FillWords"/> to make many words faster than one by one, and the
/// others to draw in another way. All of them are called with arguments that have been checked, and must draw and write everything or,
/// before anything has changed, throw.</para>
/// </remarks>
public abstract partial class Generator : IStateful
{
    /// <summary>Starts a generator that derives from this class.</summary>
    protected Generator()
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
        HyperParameter.Finite(low, nameof(low));
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
        HyperParameter.Finite(mean, nameof(mean));
        HyperParameter.NonNegative(standardDeviation, nameof(standardDeviation));
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
        HyperParameter.Finite(mean, nameof(mean));
        HyperParameter.NonNegative(standardDeviation, nameof(standardDeviation));
        if (float.IsNaN((float)low) || float.IsPositiveInfinity((float)low))
            throw new ArgumentOutOfRangeException(nameof(low), low, $"low is {low}; it must be negative infinity or finite as a float.");
        if (!(high >= low) || float.IsNegativeInfinity((float)high))
        {
            throw new ArgumentOutOfRangeException(
                nameof(high), high, $"high is {high}; it must be at least low ({low}), and infinity or finite as a float.");
        }

        var interval = new TruncatedInterval(mean, standardDeviation, low, high);
        if (interval.Proposal == TruncatedProposal.Point)
            destination.Fill(interval.Point);
        else
            FillTruncatedNormal(destination, mean, standardDeviation, low, high);
    }

    /// <summary>Fills with integers from [low, high), uniformly distributed up to the generator's own bias.</summary>
    /// <param name="destination">Any length.</param>
    /// <param name="low">The inclusive lower bound.</param>
    /// <param name="high">The exclusive upper bound; above <paramref name="low"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> is not above <paramref name="low"/>.</exception>
    public void Integers(Span<int> destination, int low, int high)
    {
        CheckRange(low, high);
        FillIntegers(destination, low, (uint)high - (uint)low);
    }

    /// <summary>An integer from [0, exclusiveMaximum), uniformly distributed up to the generator's own bias.</summary>
    /// <param name="exclusiveMaximum">The exclusive upper bound; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveMaximum"/> is below 1.</exception>
    public int Below(int exclusiveMaximum) =>
        exclusiveMaximum >= 1
            ? (int)NextBelow((uint)exclusiveMaximum)
            : throw new ArgumentOutOfRangeException(
                nameof(exclusiveMaximum), exclusiveMaximum, $"exclusiveMaximum is {exclusiveMaximum}; it must be at least 1.");

    /// <summary>
    /// Puts the items in a random order, uniformly distributed as long as the generator has more states than there are orders: each
    /// place from the last to the second is swapped with one that is not behind it.
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

    /// <summary>Everything that the next draws depend on, as plain numbers under the name of the kind of generator.</summary>
    public abstract GeneratorState SaveState();

    /// <summary>
    /// Goes on where <see cref="SaveState"/> was called, with the same draws. A state that is refused changes nothing;
    /// <see cref="GeneratorState.WordsOf"/> and <see cref="GeneratorState.WordOf"/> check the kind and the numbers.
    /// </summary>
    /// <param name="state">A state saved by a generator of the same kind.</param>
    /// <exception cref="ArgumentNullException"><paramref name="state"/> is null.</exception>
    /// <exception cref="ArgumentException">It is of another kind, or its numbers are none that this kind saves.</exception>
    public abstract void RestoreState(GeneratorState state);

    /// <summary>
    /// Throws what <see cref="RestoreState"/> would throw, and changes nothing; for a checkpoint, which checks everything before it
    /// changes anything. By default by restoring the state, and then the one before.
    /// </summary>
    /// <param name="state">A state saved by a generator of the same kind.</param>
    protected virtual void CheckState(GeneratorState state)
    {
        GeneratorState own = SaveState();
        RestoreState(state);
        RestoreState(own);
    }

    /// <summary>Describes the state.</summary>
    /// <param name="archive">Saves or loads it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="archive"/> is null.</exception>
    public void Describe(StateArchive archive)
    {
        GeneratorState own = SaveState();
        Require.NotNull(archive).Fixed("kind", own.Kind);
        var found = new GeneratorState(own.Kind, archive.Words("words", own.Words));
        CheckState(found);
        archive.Commit(() => RestoreState(found));
    }

    /// <summary>
    /// Throws if the stream ends before so many more draws, for what makes several fills that must all succeed or none. Does nothing by
    /// default, for a stream without an end.
    /// </summary>
    /// <param name="count">The number of elements to draw; a permutation of n items draws n - 1.</param>
    /// <exception cref="InvalidOperationException">The stream has fewer draws left.</exception>
    protected internal virtual void CheckRoom(long count)
    {
    }

    private protected static void CheckRange(long low, long high)
    {
        if (high <= low)
            throw new ArgumentOutOfRangeException(nameof(high), high, $"high is {high}; it must be above low ({low}).");
    }
}
