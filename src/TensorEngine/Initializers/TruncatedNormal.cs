using TensorEngine.Generators;

namespace TensorEngine.Initializers;

/// <content>
/// The normal distribution truncated to an interval (trunc_normal_). Draws are made by rejection, so that none lies outside and none is
/// moved to a bound. Their bits are this library's own, because those of PyTorch depend on its version. </content>
public static partial class Initialize
{
    /// <summary>Draws from the normal distribution truncated to [low, high].</summary>
    /// <param name="parameter">Any shape.</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="mean">The mean before truncation.</param>
    /// <param name="standardDeviation">The standard deviation before truncation, at least 0.</param>
    /// <param name="low">The smallest value, not in units of the deviation; negative infinity for none.</param>
    /// <param name="high">The largest value, at least <paramref name="low"/>; infinity for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> or <paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The mean or the deviation is not finite as a float, the deviation is negative, or the bounds are NaN, out of order or the
    /// same infinity.
    /// </exception>
    public static void TruncatedNormal(
        Parameter parameter, Generator generator, double mean = 0, double standardDeviation = 1, double low = -2, double high = 2)
    {
        using InitialValues values = ValuesOf(parameter);
        TruncatedNormal(values.Span, generator, mean, standardDeviation, low, high);
    }

    /// <summary>Draws from the normal distribution truncated to [low, high].</summary>
    /// <param name="destination">Any length.</param>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="mean">The mean before truncation.</param>
    /// <param name="standardDeviation">The standard deviation before truncation, at least 0.</param>
    /// <param name="low">The smallest value, not in units of the deviation; negative infinity for none.</param>
    /// <param name="high">The largest value, at least <paramref name="low"/>; infinity for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The mean or the deviation is not finite as a float, the deviation is negative, or the bounds are NaN, out of order or the
    /// same infinity.
    /// </exception>
    public static void TruncatedNormal(
        Span<float> destination, Generator generator, double mean = 0, double standardDeviation = 1, double low = -2, double high = 2) =>
        Require.NotNull(generator).TruncatedNormal(destination, mean, standardDeviation, low, high);
}
