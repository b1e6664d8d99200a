namespace TensorEngine.Generators;

/// <summary>
/// Reproduces the random numbers of NumPy's <c>numpy.random.RandomState(seed)</c>, and so of <c>numpy.random.seed(seed)</c>, whose stream
/// NumPy has frozen since release 1.16. The doubles are NumPy's bit for bit. Normal draws, which depend on the C library's logarithm, are
/// those of NumPy on Linux with glibc 2.28 or newer on x86-64 processors with fused multiply-add, on any processor. Floats are narrowed
/// doubles, as with <c>astype(np.float32)</c>.
/// </summary>
/// <remarks>
/// <c>Uniform</c> is <c>uniform</c>, <c>Normal</c> is <c>normal</c>, <c>Integers</c> and <c>Below</c> are <c>randint</c>,
/// <c>Permutation</c> and <c>Shuffle</c> have the same names there. <c>TruncatedNormal</c> is this library's own.
/// A uniform double just below the upper bound is narrowed to the bound, as it is in NumPy.
/// </remarks>
public sealed partial class NumPyRandomState : Generator
{
    private const string Kind = "numpy-mt19937";

    private readonly MersenneTwister _twister;

    // The second of two normal draws.
    private double? _spare;

    /// <summary>Creates a generator in the state of <c>RandomState(seed)</c>.</summary>
    /// <param name="seed">Any number.</param>
    public NumPyRandomState(uint seed) => _twister = new MersenneTwister(seed);

    /// <summary>
    /// Creates a generator in the state of <c>RandomState([...])</c>. With one number, its stream differs from that of the number itself.
    /// </summary>
    /// <param name="seeds">One or more numbers.</param>
    /// <exception cref="ArgumentException"><paramref name="seeds"/> is empty.</exception>
    public NumPyRandomState(ReadOnlySpan<uint> seeds)
    {
        if (seeds.IsEmpty)
            throw new ArgumentException("seeds is empty; it must have at least 1 number.", nameof(seeds));
        _twister = new MersenneTwister(seeds);
    }

    /// <summary>Returns the next double of <c>random_sample</c>, from [0, 1).</summary>
    public double NextDouble()
    {
        ulong high = _twister.Next() >> 5;
        return (high << 26 | _twister.Next() >> 6) * (1.0 / (1L << 53));
    }

    /// <summary>Returns the next double of <c>standard_normal</c>.</summary>
    public double NextNormal()
    {
        if (_spare is { } kept)
        {
            _spare = null;
            return kept;
        }

        // Marsaglia's polar method: a point within the unit circle, whose square of the radius is uniform.
        double x, y, square;
        do
        {
            x = 2 * NextDouble() - 1;
            y = 2 * NextDouble() - 1;
            square = x * x + y * y;
        }
        while (square >= 1 || square == 0);

        double factor = Math.Sqrt(-2 * GnuLogarithm.Of(square) / square);
        _spare = factor * x;
        return factor * y;
    }

    /// <summary>Fills with doubles from [0, 1): <c>random_sample</c>, and <c>rand</c> in row-major order.</summary>
    /// <param name="destination">Any length.</param>
    public void RandomSample(Span<double> destination)
    {
        foreach (ref double value in destination)
            value = NextDouble();
    }

    /// <summary>Fills with standard normal doubles: <c>randn</c> in row-major order.</summary>
    /// <param name="destination">Any length.</param>
    public void StandardNormal(Span<double> destination)
    {
        foreach (ref double value in destination)
            value = NextNormal();
    }

    /// <summary>Fills with integers from [low, high): <c>randint</c> with its default type, a 64-bit integer.</summary>
    /// <param name="destination">Any length.</param>
    /// <param name="low">The inclusive lower bound.</param>
    /// <param name="high">The exclusive upper bound; above <paramref name="low"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> is not above <paramref name="low"/>.</exception>
    public void Integers(Span<long> destination, long low, long high)
    {
        CheckRange(low, high);
        ulong largest = (ulong)high - (ulong)low - 1;
        foreach (ref long value in destination)
            value = (long)((ulong)low + UpTo(largest));
    }

    /// <summary>
    /// Kind <c>numpy-mt19937</c> with 627 numbers: the 624 words of the state, the number of words already drawn, 1 if a normal draw is
    /// kept and 0 if not, and its bits as a double. They are the entries of <c>get_state()</c>.
    /// </summary>
    public override GeneratorState SaveState() => MersenneState.Save(Kind, _twister, _spare);

    /// <inheritdoc/>
    public override void RestoreState(GeneratorState state) => _spare = MersenneState.Restore(Kind, state, _twister);

    /// <inheritdoc/>
    protected override void CheckState(GeneratorState state) => MersenneState.Check(Kind, state);

    /// <inheritdoc/>
    protected override void FillUniform(Span<float> destination, double low, double high)
    {
        double range = high - low;
        foreach (ref float value in destination)
            value = (float)(low + range * NextDouble());
    }

    /// <inheritdoc/>
    protected override void FillNormal(Span<float> destination, double mean, double standardDeviation)
    {
        foreach (ref float value in destination)
            value = (float)(mean + standardDeviation * NextNormal());
    }

    /// <inheritdoc/>
    protected override uint NextBelow(uint exclusiveMaximum) => (uint)UpTo(exclusiveMaximum - 1);

    /// <inheritdoc/>
    protected override uint NextWord() => _twister.Next();

    // As many low bits as the largest integer has, drawn until they are not above it; nothing is drawn if that is 0.
    private ulong UpTo(ulong largest)
    {
        if (largest == 0)
            return 0;
        ulong mask = ulong.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(largest);
        ulong value;
        do
        {
            value = _twister.Next();
            if (largest > uint.MaxValue)
                value = value << 32 | _twister.Next();
            value &= mask;
        }
        while (value > largest);
        return value;
    }
}
