using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Losses;

/// <summary>
/// Computes losses of predictions and targets, and their gradients with respect to the predictions, as torch.nn.functional does, for NaN
/// and infinities as well. Terms are summed in double, in the order that <see cref="Reduction"/> states: the relative error of a value is
/// at most 1e-13, except for the binary cross-entropy, whose terms are floats. A call allocates nothing.
/// </summary>
/// <remarks>
/// A gradient function overwrites inputGradient, or adds to it if accumulate is true. Its factor outputGradient is the gradient of the
/// loss: 1 if the loss is the final result.
/// </remarks>
public static partial class Loss
{
    /// <summary>Returns the mean or sum of (input - target)^2, as torch's mse_loss. Error at most 1e-13 of it.</summary>
    /// <param name="input">The predictions; any length.</param>
    /// <param name="target">As long as <paramref name="input"/>; may overlap it in any way.</param>
    /// <param name="reduction">Mean (the default) or sum.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="reduction"/> is not a member of the enumeration.</exception>
    public static double SquaredError(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, LossReduction reduction = LossReduction.Mean, Workers? workers = null)
    {
        double scale = Scale(input, target, reduction);
        return LaneSum.Of(new Differences<Square>(input, target), input.Length, workers) / scale;
    }

    /// <summary>
    /// inputGradient = 2 * (input - target) * outputGradient, over the number of elements for the mean. Error at most 1.5 ULP.
    /// </summary>
    /// <param name="input">The predictions; any length.</param>
    /// <param name="target">As long as <paramref name="input"/>; may overlap it in any way.</param>
    /// <param name="reduction">How the loss combined its terms.</param>
    /// <param name="outputGradient">The gradient of the loss; 1 if the loss is the final result. Factors are rounded once.</param>
    /// <param name="inputGradient">
    /// As long as <paramref name="input"/>; may be the same memory as an operand, but may not overlap one otherwise.
    /// </param>
    /// <param name="accumulate">Whether to add to <paramref name="inputGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="reduction"/> is not a member of the enumeration.</exception>
    public static void SquaredErrorGradient(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> target,
        LossReduction reduction,
        double outputGradient,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null)
    {
        float factor = (float)(2 * outputGradient / Scale(input, target, reduction, inputGradient));
        GradientMap.Run(new ScaledDifference(factor), input, target, inputGradient, accumulate, workers);
    }

    /// <summary>Returns the mean or sum of |input - target|, as torch's l1_loss. Error at most 1e-13 of it.</summary>
    /// <inheritdoc cref="SquaredError"/>
    public static double AbsoluteError(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, LossReduction reduction = LossReduction.Mean, Workers? workers = null)
    {
        double scale = Scale(input, target, reduction);
        return LaneSum.Of(new Differences<Magnitude>(input, target), input.Length, workers) / scale;
    }

    /// <summary>
    /// inputGradient = outputGradient with the sign of input - target, over the number of elements for the mean; 0 where they are equal.
    /// Error at most 0.5 ULP.
    /// </summary>
    /// <inheritdoc cref="SquaredErrorGradient"/>
    public static void AbsoluteErrorGradient(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> target,
        LossReduction reduction,
        double outputGradient,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null)
    {
        float factor = (float)(outputGradient / Scale(input, target, reduction, inputGradient));
        GradientMap.Run(new SignOfDifference(factor), input, target, inputGradient, accumulate, workers);
    }

    /// <summary>Gets the divisor of a sum with a given number of terms.</summary>
    internal static int Divisor(LossReduction reduction, int count) => reduction switch
    {
        LossReduction.Mean => count,
        LossReduction.Sum => 1,
        _ => throw new ArgumentOutOfRangeException(
            nameof(reduction), reduction, $"reduction is {(int)reduction}; it must be Mean (0) or Sum (1)."),
    };

    private static double Scale(ReadOnlySpan<float> input, ReadOnlySpan<float> target, LossReduction reduction)
    {
        Require.SameLength(target, input);
        return Divisor(reduction, input.Length);
    }

    private static double Scale(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, LossReduction reduction, ReadOnlySpan<float> inputGradient)
    {
        double scale = Scale(input, target, reduction);
        Require.SameLength(inputGradient, input);
        Require.SameOrApart(inputGradient, input);
        Require.SameOrApart(inputGradient, target);
        return scale;
    }

    private readonly struct ScaledDifference(float factor) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> => TFloat.Splat(factor) * (left - right);
    }

    private readonly struct SignOfDifference(float factor) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat>
        {
            // 0 and NaN are neither above nor below.
            TFloat zero = TFloat.Splat(0f), difference = left - right;
            TFloat notAbove = TFloat.SelectLess(difference, zero, TFloat.Splat(-factor), zero);
            return TFloat.SelectLess(zero, difference, TFloat.Splat(factor), notAbove);
        }
    }
}
