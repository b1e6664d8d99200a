using Engine.Generators;

namespace Engine.Initializers;

/// <summary>
/// First values of parameters, as torch.nn.init names them. What is drawn comes from the generator that is given, in the order
/// of the elements. Fans come from a parameter's shape or are given beside a span.
/// </summary>
public static partial class Initialize
{
    /// <summary>Sets all values to 0.</summary>
    /// <param name="parameter">Any shape.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> is null.</exception>
    public static void Zeros(Parameter parameter) => Require.NotNull(parameter).Values.Clear();

    /// <summary>Sets all values to <paramref name="value"/>.</summary>
    /// <param name="parameter">Any shape.</param>
    /// <param name="value">Any value that is finite as a float.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is not finite as a float.</exception>
    public static void Constant(Parameter parameter, double value)
    {
        Require.NotNull(parameter);
        parameter.Values.Fill((float)Require.Finite(value, nameof(value)));
    }

    /// <summary>Draws from the uniform distribution on [low, high).</summary>
    /// <param name="parameter">Any shape.</param>
    /// <param name="generator">Where the draws come from.</param>
    /// <param name="low">The smallest value.</param>
    /// <param name="high">At least <paramref name="low"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> or <paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not finite as a float, or they are out of order.</exception>
    public static void Uniform(Parameter parameter, Generator generator, double low = 0, double high = 1)
    {
        Require.NotNull(parameter);
        Require.NotNull(generator);
        generator.Uniform(
            parameter.Values, (float)Require.Finite(low, nameof(low)), (float)Require.Finite(high, nameof(high)));
    }

    /// <summary>Draws from the normal distribution.</summary>
    /// <param name="parameter">Any shape.</param>
    /// <param name="generator">Where the draws come from.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="standardDeviation">The standard deviation, at least 0.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> or <paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite as a float, or the deviation is negative.</exception>
    public static void Normal(Parameter parameter, Generator generator, double mean = 0, double standardDeviation = 1)
    {
        Require.NotNull(parameter);
        Require.NotNull(generator);
        generator.Normal(
            parameter.Values,
            (float)Require.Finite(mean, nameof(mean)),
            (float)Require.NonNegative(standardDeviation, nameof(standardDeviation)));
    }

    // Uniform on [-sqrt(3) * deviation, sqrt(3) * deviation), which has that deviation.
    private static void UniformOfDeviation(Span<float> destination, Generator generator, double deviation)
    {
        float bound = (float)(Math.Sqrt(3) * deviation);
        generator.Uniform(destination, -bound, bound);
    }
}
