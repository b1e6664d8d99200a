using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// Keeps state from decaying into denormal numbers, which some processors handle 40 times slower. Rules set to 0 what has
/// become smaller than a threshold, before it enters arithmetic; the threshold is computed by the rule's constructor, and lies where
/// the difference is far below what epsilon hides. A threshold of 0 switches it off.
/// </summary>
public static class Flush
{
    /// <summary>
    /// Averages shrink slowly, so that looking at them every so many steps is enough, where the number of the step is known; it
    /// costs Adam a fifth of its time inside the cache.
    /// </summary>
    private const int Interval = 32;

    /// <summary>The smallest normal float, 2^-126.</summary>
    private const double SmallestNormal = 1.1754943508222875e-38;

    /// <summary>Below this epsilon nothing is flushed that is divided by something with epsilon in it.</summary>
    private const double SmallestEpsilon = 1e-10;

    /// <summary>
    /// For an average of gradients that is divided by at least <paramref name="epsilon"/>: what is set to 0 would have moved the
    /// value by less than 2^-60 learning rates.
    /// </summary>
    /// <param name="epsilon">What the average is divided by at least.</param>
    public static float MomentBelow(double epsilon) => epsilon < SmallestEpsilon ? 0 : (float)(epsilon * 8.6736173798840355e-19);

    /// <summary>
    /// For an average of squares of which <paramref name="kept"/> remains, and whose root epsilon is added to: what is left is
    /// normal until it is looked at again, as far as that can be had with what is set to 0 having a root below 2^-58.
    /// </summary>
    /// <param name="kept">How much of the average a step keeps; in [0, 1).</param>
    /// <param name="epsilon">What is added to the root of the average.</param>
    public static float SquareBelow(double kept, double epsilon) =>
        epsilon < SmallestEpsilon || kept < 0.25
            ? 0
            : (float)Math.Min(2 * SmallestNormal / Scalar.IntegerPower(kept, Interval + 1), 1024 * SmallestNormal);

    /// <summary>Whether a step looks at averages: every 32nd does.</summary>
    /// <param name="step">The number of the step, from 1.</param>
    public static bool IsDue(long step) => step % Interval == 0;

    /// <summary>For a gradient whose square enters with the factor <paramref name="share"/>: its share would be denormal.</summary>
    /// <param name="share">The factor of the square.</param>
    /// <param name="epsilon">What is added to the root of the average.</param>
    public static float RootBelow(double share, double epsilon) =>
        epsilon < SmallestEpsilon ? 0 : (float)Math.Sqrt(SmallestNormal / share);

    /// <summary>
    /// For an average whose square is taken from a variance whose root <paramref name="epsilon"/> is added to: dropping the square
    /// changes the root by less than epsilon * 2^-28.
    /// </summary>
    /// <param name="epsilon">What is added to the root of the variance.</param>
    public static float CenterBelow(double epsilon) => epsilon < SmallestEpsilon ? 0 : (float)(epsilon * 3.7252902984619141e-9);

    /// <summary>
    /// For an average of which only the sign counts, and of which <paramref name="kept"/> remains: what is left is normal, or 0.
    /// </summary>
    /// <param name="kept">How much of the average a step keeps; in [0, 1).</param>
    public static float StillNormal(double kept) => kept < 0.25 ? 0 : (float)(SmallestNormal / kept * 2);

    /// <summary>For a velocity that nothing divides: what is set to 0 would have moved the value by less than 2^-100.</summary>
    public const float Velocity = 7.88860905e-31f;

    /// <summary>The value, or 0 if its magnitude is below the threshold; NaN stays NaN.</summary>
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
