using System.Runtime.CompilerServices;
using TensorEngine.Generators;

namespace TensorEngine.Initializers;

/// <summary>
/// Initial values of parameters, under torch.nn.init's names. The generator, always the second argument, is drawn from in the order of
/// the elements. Fans and shapes are those of a parameter, or are given with a span. Invalid arguments throw before a value is drawn or
/// written. In a store of bf16 the draws are the same, each rounded to the nearest.
/// </summary>
public static partial class Initialize
{
    /// <summary>Sets all values to 0.</summary>
    /// <param name="parameter">Any shape.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> is null.</exception>
    public static void Zeros(Parameter parameter)
    {
        using InitialValues values = ValuesOf(parameter);
        Zeros(values.Span);
    }

    /// <summary>Sets all values to 0.</summary>
    /// <param name="destination">Any length.</param>
    public static void Zeros(Span<float> destination) => destination.Clear();

    /// <summary>Sets all values to 1.</summary>
    /// <param name="parameter">Any shape.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> is null.</exception>
    public static void Ones(Parameter parameter)
    {
        using InitialValues values = ValuesOf(parameter);
        Ones(values.Span);
    }

    /// <summary>Sets all values to 1.</summary>
    /// <param name="destination">Any length.</param>
    public static void Ones(Span<float> destination) => destination.Fill(1);

    /// <summary>Sets all values to <paramref name="value"/>.</summary>
    /// <param name="parameter">Any shape.</param>
    /// <param name="value">Any value that is finite as a float.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is not finite as a float.</exception>
    public static void Constant(Parameter parameter, double value)
    {
        using InitialValues values = ValuesOf(parameter);
        Constant(values.Span, value);
    }

    /// <summary>Sets all values to <paramref name="value"/>.</summary>
    /// <param name="destination">Any length.</param>
    /// <param name="value">Any value that is finite as a float.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is not finite as a float.</exception>
    public static void Constant(Span<float> destination, double value) =>
        destination.Fill((float)HyperParameter.Finite(value, nameof(value)));

    /// <summary>Draws from the uniform distribution on [low, high).</summary>
    /// <param name="parameter">Any shape.</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="low">The smallest value.</param>
    /// <param name="high">At least <paramref name="low"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> or <paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A bound or their difference is not finite as a float, or they are out of order.
    /// </exception>
    public static void Uniform(Parameter parameter, Generator generator, double low = 0, double high = 1)
    {
        using InitialValues values = ValuesOf(parameter);
        Uniform(values.Span, generator, low, high);
    }

    /// <summary>Draws from the uniform distribution on [low, high).</summary>
    /// <param name="destination">Any length.</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="low">The smallest value.</param>
    /// <param name="high">At least <paramref name="low"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A bound or their difference is not finite as a float, or they are out of order.
    /// </exception>
    public static void Uniform(Span<float> destination, Generator generator, double low = 0, double high = 1) =>
        Require.NotNull(generator).Uniform(destination, low, high);

    /// <summary>Draws from the normal distribution.</summary>
    /// <param name="parameter">Any shape.</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="standardDeviation">The standard deviation, at least 0.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> or <paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite as a float, or the deviation is negative.</exception>
    public static void Normal(Parameter parameter, Generator generator, double mean = 0, double standardDeviation = 1)
    {
        using InitialValues values = ValuesOf(parameter);
        Normal(values.Span, generator, mean, standardDeviation);
    }

    /// <summary>Draws from the normal distribution.</summary>
    /// <param name="destination">Any length.</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="standardDeviation">The standard deviation, at least 0.</param>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite as a float, or the deviation is negative.</exception>
    public static void Normal(Span<float> destination, Generator generator, double mean = 0, double standardDeviation = 1) =>
        Require.NotNull(generator).Normal(destination, mean, standardDeviation);

    // Uniform on [-sqrt(3) * deviation, sqrt(3) * deviation), which has that deviation.
    private static void UniformOfDeviation(Span<float> destination, Generator generator, double deviation)
    {
        double bound = Math.Sqrt(3) * deviation;
        generator.Uniform(destination, -bound, bound);
    }

    private static void CheckRank(Shape shape, int least, int most)
    {
        if (shape.Rank < least || shape.Rank > most)
        {
            string allowed = least == most ? $"exactly {least}" : most == int.MaxValue ? $"at least {least}" : $"{least} to {most}";
            throw new ArgumentException($"shape is {shape}; it must have {allowed} dimensions.", nameof(shape));
        }
    }

    private static InitialValues ValuesOf(Parameter parameter, [CallerArgumentExpression(nameof(parameter))] string name = "")
    {
        Require.NotNull(parameter, name).Store.Freeze();
        return new(parameter);
    }
}
