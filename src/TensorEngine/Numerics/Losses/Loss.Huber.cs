using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Losses;

/// <content>Squares near 0, magnitudes beyond.
/// Source: Huber, Robust estimation of a location parameter, 1964.</content>
public static partial class Loss
{
    // Reciprocals have to be floats, too.
    private const double LeastWidth = 1e-37;

    /// <summary>
    /// Returns the mean or sum of d^2 / 2 where d = |input - target| is at most delta, and of delta * (d - delta / 2) beyond, as torch's
    /// huber_loss. Error at most 1e-13 of it.
    /// </summary>
    /// <param name="input">The predictions; any length.</param>
    /// <param name="target">As long as <paramref name="input"/>; may overlap it in any way.</param>
    /// <param name="delta">The end of the quadratic part (1 in torch); at least 1e-37 and finite.</param>
    /// <param name="reduction">Mean (the default) or sum.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="delta"/> is out of its range, or <paramref name="reduction"/> is not a member of the enumeration.
    /// </exception>
    public static double Huber(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> target,
        double delta,
        LossReduction reduction = LossReduction.Mean,
        Workers? workers = null)
    {
        var terms = new HuberTerms(input, target, HyperParameter.AtLeast(LeastWidth, delta, nameof(delta)));
        double scale = Scale(input, target, reduction);
        return LaneSum.Of(terms, input.Length, workers) / scale;
    }

    /// <summary>
    /// inputGradient = the difference input - target, but at most delta and at least -delta, times outputGradient, over the number of
    /// elements for the mean. Error at most 1.5 ULP.
    /// </summary>
    /// <param name="input">The predictions; any length.</param>
    /// <param name="target">As long as <paramref name="input"/>; may overlap it in any way.</param>
    /// <param name="delta">As in <see cref="Huber"/>.</param>
    /// <param name="reduction">How the loss combined its terms.</param>
    /// <param name="outputGradient">The gradient of the loss; 1 if the loss is the final result. Factors are rounded once.</param>
    /// <param name="inputGradient">
    /// As long as <paramref name="input"/>; may be the same memory as an operand, but may not overlap one otherwise.
    /// </param>
    /// <param name="accumulate">Whether to add to <paramref name="inputGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="delta"/> is out of its range, or <paramref name="reduction"/> is not a member of the enumeration.
    /// </exception>
    public static void HuberGradient(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> target,
        double delta,
        LossReduction reduction,
        double outputGradient,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null)
    {
        float width = (float)HyperParameter.AtLeast(LeastWidth, delta, nameof(delta));
        float factor = (float)(outputGradient / Scale(input, target, reduction, inputGradient));
        GradientMap.Run(new ClampedDifference(width, factor), input, target, inputGradient, accumulate, workers);
    }

    /// <summary>
    /// Returns the mean or sum of d^2 / (2 beta) where d = |input - target| is at most beta, and of d - beta / 2 beyond, as torch's
    /// smooth_l1_loss; for beta 0 that is <see cref="AbsoluteError"/>. Error at most 1e-13 of it.
    /// </summary>
    /// <param name="input">The predictions; any length.</param>
    /// <param name="target">As long as <paramref name="input"/>; may overlap it in any way.</param>
    /// <param name="beta">The end of the quadratic part (1 in torch); 0, or at least 1e-37 and finite.</param>
    /// <param name="reduction">Mean (the default) or sum.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="beta"/> is out of its range, or <paramref name="reduction"/> is not a member of the enumeration.
    /// </exception>
    public static double SmoothAbsoluteError(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> target,
        double beta,
        LossReduction reduction = LossReduction.Mean,
        Workers? workers = null)
    {
        if (beta == 0)
            return AbsoluteError(input, target, reduction, workers);
        var terms = new HuberTerms(input, target, HyperParameter.AtLeast(LeastWidth, beta, nameof(beta)));
        double scale = Scale(input, target, reduction);
        return LaneSum.Of(terms, input.Length, workers) / beta / scale;
    }

    /// <summary>
    /// inputGradient = (input - target) / beta, but at most 1 and at least -1, times outputGradient, over the number of elements for the
    /// mean; for beta 0 that of <see cref="AbsoluteErrorGradient"/>. Error at most 2.5 ULP.
    /// </summary>
    /// <param name="input">The predictions; any length.</param>
    /// <param name="target">As long as <paramref name="input"/>; may overlap it in any way.</param>
    /// <param name="beta">As in <see cref="SmoothAbsoluteError"/>.</param>
    /// <param name="reduction">How the loss combined its terms.</param>
    /// <param name="outputGradient">The gradient of the loss; 1 if the loss is the final result. Factors are rounded once.</param>
    /// <param name="inputGradient">
    /// As long as <paramref name="input"/>; may be the same memory as an operand, but may not overlap one otherwise.
    /// </param>
    /// <param name="accumulate">Whether to add to <paramref name="inputGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="beta"/> is out of its range, or <paramref name="reduction"/> is not a member of the enumeration.
    /// </exception>
    public static void SmoothAbsoluteErrorGradient(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> target,
        double beta,
        LossReduction reduction,
        double outputGradient,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null)
    {
        if (beta == 0)
        {
            AbsoluteErrorGradient(input, target, reduction, outputGradient, inputGradient, accumulate, workers);
            return;
        }

        float width = (float)HyperParameter.AtLeast(LeastWidth, beta, nameof(beta));
        float factor = (float)(outputGradient / Scale(input, target, reduction, inputGradient) / width);
        GradientMap.Run(new ClampedDifference(width, factor), input, target, inputGradient, accumulate, workers);
    }

    private readonly struct ClampedDifference(float width, float factor) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> =>
            TFloat.Splat(factor) * TFloat.Min(TFloat.Max(left - right, TFloat.Splat(-width)), TFloat.Splat(width));
    }
}
