using TensorEngine.Generators;

namespace TensorEngine.Initializers;

/// <content>
/// Kaiming (He) initialization: deviation = gain / sqrt(fan), by default with the gain of ReLU (leaky ReLU of slope 0). With
/// <see cref="Nonlinearity.Linear"/> it is sqrt(1 / fanIn), which "Deep Learning from Scratch" calls Xavier.
/// Source: He et al., Delving deep into rectifiers, 2015.
/// </content>
public static partial class Initialize
{
    /// <summary>Draws from the normal distribution with mean 0 and deviation gain / sqrt(fan).</summary>
    /// <param name="parameter">[outputs, inputs, ...], at least two dimensions.</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="negativeSlope">The slope of leaky ReLU below 0 (a in PyTorch), finite.</param>
    /// <param name="mode">The fan to use.</param>
    /// <param name="nonlinearity">The activation that follows the layer.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> or <paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="parameter"/> has fewer than two dimensions.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="negativeSlope"/> is not finite, or <paramref name="mode"/> or <paramref name="nonlinearity"/> is not a member of its
    /// enumeration.
    /// </exception>
    public static void KaimingNormal(
        Parameter parameter,
        Generator generator,
        double negativeSlope = 0,
        FanMode mode = FanMode.FanIn,
        Nonlinearity nonlinearity = Nonlinearity.LeakyRelu)
    {
        long fan = Select(Fan.Of(Require.NotNull(parameter).Shape), mode);
        using InitialValues values = ValuesOf(parameter);
        KaimingNormal(values.Span, generator, fan, negativeSlope, nonlinearity);
    }

    /// <summary>Draws from the uniform distribution on [-b, b) with b = gain * sqrt(3 / fan).</summary>
    /// <inheritdoc cref="KaimingNormal(Parameter, Generator, double, FanMode, Nonlinearity)"/>
    public static void KaimingUniform(
        Parameter parameter,
        Generator generator,
        double negativeSlope = 0,
        FanMode mode = FanMode.FanIn,
        Nonlinearity nonlinearity = Nonlinearity.LeakyRelu)
    {
        long fan = Select(Fan.Of(Require.NotNull(parameter).Shape), mode);
        using InitialValues values = ValuesOf(parameter);
        KaimingUniform(values.Span, generator, fan, negativeSlope, nonlinearity);
    }

    /// <summary>Draws from the normal distribution with mean 0 and deviation gain / sqrt(fan).</summary>
    /// <param name="destination">Any length.</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="fan">The fan to use; at least 1.</param>
    /// <param name="negativeSlope">The slope of leaky ReLU below 0 (a in PyTorch), finite.</param>
    /// <param name="nonlinearity">The activation that follows the layer.</param>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="fan"/> is below 1, <paramref name="negativeSlope"/> is not finite, or <paramref name="nonlinearity"/> is not a
    /// member of its enumeration.
    /// </exception>
    public static void KaimingNormal(
        Span<float> destination,
        Generator generator,
        long fan,
        double negativeSlope = 0,
        Nonlinearity nonlinearity = Nonlinearity.LeakyRelu)
    {
        Require.NotNull(generator);
        generator.Normal(destination, 0, KaimingDeviation(fan, negativeSlope, nonlinearity));
    }

    /// <summary>Draws from the uniform distribution on [-b, b) with b = gain * sqrt(3 / fan).</summary>
    /// <inheritdoc cref="KaimingNormal(Span{float}, Generator, long, double, Nonlinearity)"/>
    public static void KaimingUniform(
        Span<float> destination,
        Generator generator,
        long fan,
        double negativeSlope = 0,
        Nonlinearity nonlinearity = Nonlinearity.LeakyRelu)
    {
        Require.NotNull(generator);
        UniformOfDeviation(destination, generator, KaimingDeviation(fan, negativeSlope, nonlinearity));
    }

    private static double KaimingDeviation(long fan, double negativeSlope, Nonlinearity nonlinearity)
    {
        if (fan < 1)
            throw new ArgumentOutOfRangeException(nameof(fan), fan, $"fan is {fan}; it must be at least 1.");
        return Gain.Of(nonlinearity, negativeSlope) / Math.Sqrt(fan);
    }

    private static long Select(Fan fan, FanMode mode) => mode switch
    {
        FanMode.FanIn => fan.In,
        FanMode.FanOut => fan.Out,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, $"mode is {mode}; it must be a member of the enumeration."),
    };
}
