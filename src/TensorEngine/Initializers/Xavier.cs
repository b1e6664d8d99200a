using TensorEngine.Generators;

namespace TensorEngine.Initializers;

/// <content>
/// Xavier (Glorot) initialization: deviation = gain * sqrt(2 / (fanIn + fanOut)).
/// Source: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010.
/// </content>
public static partial class Initialize
{
    /// <summary>Draws from the normal distribution with mean 0 and deviation gain * sqrt(2 / (fanIn + fanOut)).</summary>
    /// <param name="parameter">[outputs, inputs, ...], at least two dimensions.</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="gain">At least 0; see <see cref="Gain.Of"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> or <paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="parameter"/> has fewer than two dimensions.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="gain"/> is negative or not finite as a float.</exception>
    public static void XavierNormal(Parameter parameter, Generator generator, double gain = 1)
    {
        Fan fan = Fan.Of(Require.NotNull(parameter).Shape);
        using InitialValues values = ValuesOf(parameter);
        XavierNormal(values.Span, generator, fan, gain);
    }

    /// <summary>Draws from the uniform distribution on [-b, b) with b = gain * sqrt(6 / (fanIn + fanOut)).</summary>
    /// <inheritdoc cref="XavierNormal(Parameter, Generator, double)"/>
    public static void XavierUniform(Parameter parameter, Generator generator, double gain = 1)
    {
        Fan fan = Fan.Of(Require.NotNull(parameter).Shape);
        using InitialValues values = ValuesOf(parameter);
        XavierUniform(values.Span, generator, fan, gain);
    }

    /// <summary>Draws from the normal distribution with mean 0 and deviation gain * sqrt(2 / (fanIn + fanOut)).</summary>
    /// <param name="destination">Any length.</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="fan">The fans, together at least 1.</param>
    /// <param name="gain">At least 0; see <see cref="Gain.Of"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A fan is negative, both are 0, or <paramref name="gain"/> is negative or not finite as a float.
    /// </exception>
    public static void XavierNormal(Span<float> destination, Generator generator, Fan fan, double gain = 1)
    {
        Require.NotNull(generator);
        generator.Normal(destination, 0, XavierDeviation(fan, gain));
    }

    /// <summary>Draws from the uniform distribution on [-b, b) with b = gain * sqrt(6 / (fanIn + fanOut)).</summary>
    /// <inheritdoc cref="XavierNormal(Span{float}, Generator, Fan, double)"/>
    public static void XavierUniform(Span<float> destination, Generator generator, Fan fan, double gain = 1)
    {
        Require.NotNull(generator);
        UniformOfDeviation(destination, generator, XavierDeviation(fan, gain));
    }

    private static double XavierDeviation(Fan fan, double gain)
    {
        if (fan.In < 0 || fan.Out < 0 || fan is { In: 0, Out: 0 })
            throw new ArgumentOutOfRangeException(nameof(fan), fan, $"fan is {fan}; both must be non-negative, and at least one positive.");
        return HyperParameter.NonNegative(gain, nameof(gain)) * Math.Sqrt(2 / ((double)fan.In + fan.Out));
    }
}
