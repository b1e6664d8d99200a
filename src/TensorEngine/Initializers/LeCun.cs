using TensorEngine.Generators;

namespace TensorEngine.Initializers;

/// <content>
/// LeCun initialization: deviation = sqrt(1 / fanIn), which preserves the variance through linear layers and through SELU. The book
/// "Deep Learning from Scratch" calls this normal distribution Xavier's.
/// Source: LeCun, Bottou, Orr and Müller, Efficient backprop, 1998.
/// </content>
public static partial class Initialize
{
    /// <summary>Draws from the normal distribution with mean 0 and deviation sqrt(1 / fanIn).</summary>
    /// <param name="parameter">[outputs, inputs, ...], at least two dimensions.</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> or <paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="parameter"/> has fewer than two dimensions.</exception>
    public static void LeCunNormal(Parameter parameter, Generator generator)
    {
        using InitialValues values = ValuesOf(parameter);
        LeCunNormal(values.Span, generator, Fan.Of(parameter.Shape).In);
    }

    /// <summary>Draws from the uniform distribution on [-b, b) with b = sqrt(3 / fanIn).</summary>
    /// <inheritdoc cref="LeCunNormal(Parameter, Generator)"/>
    public static void LeCunUniform(Parameter parameter, Generator generator)
    {
        using InitialValues values = ValuesOf(parameter);
        LeCunUniform(values.Span, generator, Fan.Of(parameter.Shape).In);
    }

    /// <summary>Draws from the normal distribution with mean 0 and deviation sqrt(1 / fanIn).</summary>
    /// <param name="destination">Any length.</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="fanIn">The number of inputs of one output; at least 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fanIn"/> is below 1.</exception>
    public static void LeCunNormal(Span<float> destination, Generator generator, long fanIn)
    {
        Require.NotNull(generator);
        generator.Normal(destination, 0, LeCunDeviation(fanIn));
    }

    /// <summary>Draws from the uniform distribution on [-b, b) with b = sqrt(3 / fanIn).</summary>
    /// <inheritdoc cref="LeCunNormal(Span{float}, Generator, long)"/>
    public static void LeCunUniform(Span<float> destination, Generator generator, long fanIn)
    {
        Require.NotNull(generator);
        UniformOfDeviation(destination, generator, LeCunDeviation(fanIn));
    }

    private static double LeCunDeviation(long fanIn) =>
        fanIn >= 1
            ? 1 / Math.Sqrt(fanIn)
            : throw new ArgumentOutOfRangeException(nameof(fanIn), fanIn, $"fanIn is {fanIn}; it must be at least 1.");
}
