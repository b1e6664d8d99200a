using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Activations;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Numerics.Losses;

/// <content>Of yes and no.</content>
public static partial class Loss
{
    // A term takes about what a hyperbolic tangent does.
    private const double LogisticNanoseconds = 1;

    /// <summary>
    /// Returns the binary cross-entropy of logits: the mean or sum, in nats, of
    /// <code>
    /// (1 - target) * ln(1 + e^input) + positiveWeight * target * ln(1 + e^-input)
    /// </code>
    /// as torch's binary_cross_entropy_with_logits. Any finite logits are safe. Infinity gives infinity, or NaN where the target is 1;
    /// -infinity gives NaN, as in torch. Error of a term at most 4 ULP for targets from 0 to 1.
    /// </summary>
    /// <param name="input">The logits; any length.</param>
    /// <param name="target">
    /// The probabilities of the positive class, usually 0 or 1; as long as <paramref name="input"/>; may overlap it in any way.
    /// </param>
    /// <param name="positiveWeight">
    /// The weight of a positive relative to a negative (1 by default); finite, rounded to the nearest float.
    /// </param>
    /// <param name="reduction">Mean (the default) or sum.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="positiveWeight"/> is not finite as a float, or <paramref name="reduction"/> is not a member of the enumeration.
    /// </exception>
    public static double BinaryCrossEntropy(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> target,
        double positiveWeight = 1,
        LossReduction reduction = LossReduction.Mean,
        Workers? workers = null)
    {
        var function = new CrossEntropyTerm((float)HyperParameter.Finite(positiveWeight, nameof(positiveWeight)));
        double scale = Scale(input, target, reduction);
        var blocks = new MappedBlocks<CrossEntropyTerm>(function, input, target);
        return PairwiseTree.Sum(blocks, input.Length, LaneSum.Block, LogisticNanoseconds, workers) / scale;
    }

    /// <summary>
    /// inputGradient = ((1 - target) / (1 + e^-input) - positiveWeight * target / (1 + e^input)) * outputGradient, over the number of
    /// elements for the mean. Error at most 4 ULP of the sum of the two terms' magnitudes.
    /// </summary>
    /// <param name="input">The logits; any length.</param>
    /// <param name="target">As long as <paramref name="input"/>; may overlap it in any way.</param>
    /// <param name="positiveWeight">As in <see cref="BinaryCrossEntropy"/>.</param>
    /// <param name="reduction">How the loss combined its terms.</param>
    /// <param name="outputGradient">The gradient of the loss; 1 if the loss is the final result. Factors are rounded once.</param>
    /// <param name="inputGradient">
    /// As long as <paramref name="input"/>; may be the same memory as an operand, but may not overlap one otherwise.
    /// </param>
    /// <param name="accumulate">Whether to add to <paramref name="inputGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="positiveWeight"/> is not finite as a float, or <paramref name="reduction"/> is not a member of the enumeration.
    /// </exception>
    public static void BinaryCrossEntropyGradient(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> target,
        double positiveWeight,
        LossReduction reduction,
        double outputGradient,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null)
    {
        float weight = (float)HyperParameter.Finite(positiveWeight, nameof(positiveWeight));
        float factor = (float)(outputGradient / Scale(input, target, reduction, inputGradient));
        GradientMap.Run(new CrossEntropySlope(weight, factor), input, target, inputGradient, accumulate, workers);
    }

    private readonly struct CrossEntropyTerm(float positiveWeight) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat zero = TFloat.Splat(0f);
            TFloat bend = Elementary.LogOfOnePlus(Elementary.Exp(zero - TFloat.Abs(left)));
            TFloat no = (TFloat.Splat(1f) - right) * (TFloat.Max(left, zero) + bend), negative = TFloat.Max(-left, zero);
            // torch takes -infinity from -infinity there.
            TFloat torch = no + (negative - negative);
            return TFloat.FusedMultiplyAdd(TFloat.Splat(positiveWeight) * right, negative + bend, torch);
        }
    }

    private readonly struct CrossEntropySlope(float positiveWeight, float factor) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat>
        {
            (TFloat yes, TFloat no) = Activation.LogisticPair(left);
            TFloat weighted = TFloat.Splat(-positiveWeight) * right;
            return TFloat.Splat(factor) * TFloat.FusedMultiplyAdd(TFloat.Splat(1f) - right, yes, weighted * no);
        }
    }

    /// <summary>Sums of what a function makes of two spans, block by block.</summary>
    private readonly ref struct MappedBlocks<TFunction>(in TFunction function, ReadOnlySpan<float> left, ReadOnlySpan<float> right)
        : IBlockSums
        where TFunction : struct, IBinaryFunction
    {
        private readonly TFunction _function = function;
        private readonly ReadOnlySpan<float> _left = left;
        private readonly ReadOnlySpan<float> _right = right;

        public double Sum(int start, int length)
        {
            Span<float> terms = stackalloc float[length];
            Map.Run(_function, _left.Slice(start, length), _right.Slice(start, length), terms);
            return LaneSum.Of(new FloatTerms<Identity>(terms), length);
        }
    }
}
