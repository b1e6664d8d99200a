namespace Engine.Generators;

/// <summary>A seeded source of random numbers. Not safe for use by several threads at once.</summary>
public abstract class Generator
{
    private protected Generator()
    {
    }

    /// <summary>Fills with draws from the uniform distribution on [low, high).</summary>
    /// <param name="destination">Any length.</param>
    /// <param name="low">The smallest value; finite.</param>
    /// <param name="high">At least <paramref name="low"/>; finite. With equal bounds every draw is that value.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound or their difference is not finite, or they are out of order.</exception>
    public void Uniform(Span<float> destination, float low = 0, float high = 1)
    {
        if (!float.IsFinite(low))
            throw new ArgumentOutOfRangeException(nameof(low), low, $"low is {low}; it must be finite.");
        if (!(high >= low) || !float.IsFinite(high - low))
        {
            throw new ArgumentOutOfRangeException(
                nameof(high), high, $"high is {high}; it must be at least low ({low}) and finite, and so must be high - low.");
        }

        FillUniform(destination, low, high);
    }

    /// <summary>Fills with draws from the normal distribution.</summary>
    /// <param name="destination">Any length.</param>
    /// <param name="mean">The mean; finite.</param>
    /// <param name="standardDeviation">The standard deviation; finite and at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not finite, or the deviation is negative.</exception>
    public void Normal(Span<float> destination, float mean = 0, float standardDeviation = 1)
    {
        if (!float.IsFinite(mean))
            throw new ArgumentOutOfRangeException(nameof(mean), mean, $"mean is {mean}; it must be finite.");
        if (!(standardDeviation >= 0) || !float.IsFinite(standardDeviation))
        {
            throw new ArgumentOutOfRangeException(
                nameof(standardDeviation),
                standardDeviation,
                $"standardDeviation is {standardDeviation}; it must be at least 0 and finite.");
        }

        FillNormal(destination, mean, standardDeviation);
    }

    /// <summary>An integer from [0, exclusiveMaximum), each equally likely.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveMaximum"/> is below 1.</exception>
    public int Below(int exclusiveMaximum) =>
        exclusiveMaximum >= 1
            ? NextBelow(exclusiveMaximum)
            : throw new ArgumentOutOfRangeException(
                nameof(exclusiveMaximum), exclusiveMaximum, $"exclusiveMaximum is {exclusiveMaximum}; it must be at least 1.");

    /// <summary>Puts the items in a random order, each order equally likely as far as the generator has so many states.</summary>
    /// <param name="items">Any length.</param>
    /// <typeparam name="T">The items' type.</typeparam>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextBelow(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>Fills with 0, 1, 2, ... in a random order.</summary>
    /// <param name="destination">Any length.</param>
    public void Permutation(Span<int> destination)
    {
        for (int i = 0; i < destination.Length; i++)
            destination[i] = i;
        Shuffle(destination);
    }

    private protected abstract void FillUniform(Span<float> destination, float low, float high);

    private protected abstract void FillNormal(Span<float> destination, float mean, float standardDeviation);

    private protected abstract int NextBelow(int exclusiveMaximum);
}
