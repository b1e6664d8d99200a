using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// Prevents state from decaying into denormal numbers, which some processors handle 40 times slower. A rule sets state below a threshold to
/// 0 before it is used. The rule's constructor computes the threshold, which is so small that epsilon hides the difference by far. A
/// threshold of 0 disables flushing.
/// </summary>
public static class Flush
{
    /// <summary>
    /// The number of steps between flushes, for rules that know their step. Averages shrink slowly, so flushing in every step is
    /// unnecessary; it would cost Adam a fifth of its time inside the cache.
    /// </summary>
    private const int Interval = 32;

    /// <summary>The smallest normal float, 2^-126.</summary>
    private const double SmallestNormal = 1.1754943508222875e-38;

    /// <summary>For a smaller epsilon, quantities whose divisor includes epsilon are not flushed.</summary>
    private const double SmallestEpsilon = 1e-10;

    /// <summary>
    /// Returns the threshold for an average of gradients that is divided by at least <paramref name="epsilon"/>: an average that is set to
    /// 0 would have moved the value by less than 2^-60 learning rates.
    /// </summary>
    /// <param name="epsilon">The smallest divisor of the average.</param>
    public static float MomentBelow(double epsilon) => epsilon < SmallestEpsilon ? 0 : (float)(epsilon * 8.6736173798840355e-19);

    /// <summary>
    /// Returns the threshold for an average of squares with the decay rate <paramref name="kept"/>, to whose root epsilon is added: the
    /// rest stays normal until the next flush, as far as that is possible if only averages with a root below 2^-58 are set to 0.
    /// </summary>
    /// <param name="kept">The decay rate of the average; in [0, 1).</param>
    /// <param name="epsilon">The number added to the root of the average.</param>
    public static float SquareBelow(double kept, double epsilon) =>
        epsilon < SmallestEpsilon || kept < 0.25
            ? 0
            : (float)Math.Min(2 * SmallestNormal / Scalar.IntegerPower(kept, Interval + 1), 1024 * SmallestNormal);

    /// <summary>Returns whether a step flushes averages: every 32nd step does.</summary>
    /// <param name="step">The number of the step, from 1.</param>
    public static bool IsDue(long step) => step % Interval == 0;

    /// <summary>
    /// Returns the threshold for a gradient whose square enters an average with the factor <paramref name="share"/>: below it, the product
    /// would be denormal.
    /// </summary>
    /// <param name="share">The factor of the square.</param>
    /// <param name="epsilon">The number added to the root of the average.</param>
    public static float RootBelow(double share, double epsilon) =>
        epsilon < SmallestEpsilon ? 0 : (float)Math.Sqrt(SmallestNormal / share);

    /// <summary>
    /// Returns the threshold for an average whose square is subtracted from a variance to whose root <paramref name="epsilon"/> is added:
    /// omitting the square changes the root by less than epsilon * 2^-28.
    /// </summary>
    /// <param name="epsilon">The number added to the root of the variance.</param>
    public static float CenterBelow(double epsilon) => epsilon < SmallestEpsilon ? 0 : (float)(epsilon * 3.7252902984619141e-9);

    /// <summary>
    /// Returns the threshold for an average with the decay rate <paramref name="kept"/> of which only the sign matters: the result is
    /// normal or 0.
    /// </summary>
    /// <param name="kept">The decay rate of the average; in [0, 1).</param>
    public static float StillNormal(double kept) => kept < 0.25 ? 0 : (float)(SmallestNormal / kept * 2);

    /// <summary>
    /// The threshold for a velocity that nothing divides: a velocity that is set to 0 would have moved the value by less than 2^-100.
    /// </summary>
    public const float Velocity = 7.88860905e-31f;

    /// <summary>Returns the value, or 0 if its magnitude is below the threshold; NaN stays NaN.</summary>
    /// <param name="value">The state.</param>
    /// <param name="threshold">The smallest magnitude that is kept.</param>
    /// <typeparam name="TFloat">The register.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Below<TFloat>(TFloat value, in Constant threshold)
        where TFloat : struct, IFloatLane<TFloat> =>
        TFloat.SelectLess(TFloat.Abs(value), TFloat.Splat(threshold), TFloat.Splat(0f), value);

    /// <inheritdoc cref="Below{TFloat}(TFloat, in Constant)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Below<TFloat>(TFloat value, float threshold)
        where TFloat : struct, IFloatLane<TFloat> =>
        TFloat.SelectLess(TFloat.Abs(value), TFloat.Splat(threshold), TFloat.Splat(0f), value);
}
