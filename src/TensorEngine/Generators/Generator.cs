namespace TensorEngine.Generators;

/// <summary>A seeded source of random numbers. Not thread-safe.</summary>
/// <remarks>
/// <para>Invalid arguments, and draws past the end of a stream, throw before anything is drawn or written. Of this library's generators,
/// only <see cref="Philox"/> has streams that end, with an <see cref="InvalidOperationException"/>. Bounds, means and deviations are
/// double, because PyTorch and NumPy compute some draws in double; for draws in float they are narrowed once on entry.</para>
/// <para>To write your own generator, derive from this class and implement three members: <see cref="NextWord"/>, <see cref="SaveState"/>
/// and <see cref="RestoreState"/>. It then supports every distribution, works with every initializer and can be saved in
/// checkpoints:</para>
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
/// <para>The other protected members have defaults that turn the words into draws. Each word is used once and in order, and the bits are
/// the same at every register width. Override <see cref="FillWords"/> to produce many words faster than one by one, and the others to draw
/// in a different way. All of them are called with checked arguments. They must either draw and write everything, or throw before anything
/// has changed.</para>
/// </remarks>
public abstract partial class Generator : IStateful
{
    /// <summary>Initializes the base class.</summary>
    protected Generator()
    {
    }

    /// <summary>
    /// Fills with draws from the uniform distribution on [low, high). Rounding can reach the upper bound; each generator documents what
    /// happens then.
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
    /// Fills with draws from the normal distribution truncated to [low, high]: no draw is outside, and none is moved to a bound. Draws are
    /// made by rejection; the proposal distribution depends on the interval, so that far tails take as few attempts as any other interval.
    /// </summary>
    /// <param name="destination">Any length.</param>
    /// <param name="mean">The mean before truncation; finite as a float.</param>
    /// <param name="standardDeviation">
    /// The standard deviation before truncation; at least 0 and finite as a float. With 0, every draw is the value in the interval nearest
    /// to the mean.
    /// </param>
    /// <param name="low">The smallest value, not in units of the deviation; negative infinity for none.</param>
    /// <param name="high">The largest value, at least <paramref name="low"/>; infinity for none.</param>
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

    /// <summary>Returns an integer from [0, exclusiveMaximum), uniformly distributed up to the generator's own bias.</summary>
    /// <param name="exclusiveMaximum">The exclusive upper bound; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveMaximum"/> is below 1.</exception>
    public int Below(int exclusiveMaximum) =>
        exclusiveMaximum >= 1
            ? (int)NextBelow((uint)exclusiveMaximum)
            : throw new ArgumentOutOfRangeException(
                nameof(exclusiveMaximum), exclusiveMaximum, $"exclusiveMaximum is {exclusiveMaximum}; it must be at least 1.");

    /// <summary>
    /// Shuffles the items, with a uniform distribution of the orders as long as the generator has more states than there are orders: each
    /// item, from the last to the second, is swapped with itself or an earlier one.
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

    /// <summary>Fills with 0, 1, 2, ... in a random order, that of <see cref="Shuffle"/> gives.</summary>
    /// <param name="destination">Any length.</param>
    public void Permutation(Span<int> destination)
    {
        CheckRoom(destination.Length - 1);
        for (int i = 0; i < destination.Length; i++)
            destination[i] = i;
        Shuffle(destination);
    }

    /// <summary>Returns the complete state, as plain numbers under the name of the kind of generator.</summary>
    public abstract GeneratorState SaveState();

    /// <summary>
    /// Restores a state; the draws continue as after <see cref="SaveState"/>. A state that is refused changes nothing;
    /// <see cref="GeneratorState.WordsOf"/> and <see cref="GeneratorState.WordOf"/> check the kind and the numbers.
    /// </summary>
    /// <param name="state">A state saved by a generator of the same kind.</param>
    /// <exception cref="ArgumentNullException"><paramref name="state"/> is null.</exception>
    /// <exception cref="ArgumentException">The state is of a different kind, or its numbers are not valid for this kind.</exception>
    public abstract void RestoreState(GeneratorState state);

    /// <summary>
    /// Throws if <see cref="RestoreState"/> would throw, and changes nothing. Checkpoints use it to check everything before they change
    /// anything. The default implementation restores the state, and then the previous one.
    /// </summary>
    /// <param name="state">A state saved by a generator of the same kind.</param>
    protected virtual void CheckState(GeneratorState state)
    {
        GeneratorState own = SaveState();
        RestoreState(state);
        RestoreState(own);
    }

    /// <summary>Describes the state.</summary>
    /// <param name="archive">The archive that saves or loads it.</param>
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
    /// Throws if the stream has fewer draws left, for code whose fills must all succeed or none. By default it does nothing, for an endless
    /// stream.
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
