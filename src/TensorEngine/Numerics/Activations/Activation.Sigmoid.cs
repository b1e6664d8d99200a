using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Numerics.Activations;

/// <content>The logistic function.</content>
public static partial class Activation
{
    /// <summary>
    /// output = 1 / (1 + e^-input), the logistic function: from 0 at -infinity to 1 at +infinity; NaN for NaN. Error at most 2.41 ULP.
    /// </summary>
    /// <param name="input">Any length.</param>
    /// <param name="output">As long as <paramref name="input"/>; may be the same memory, but not overlap it otherwise.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Sigmoid(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null) =>
        Map.Run(default(SigmoidFunction), input, output, workers);

    /// <summary>inputGradient = outputGradient * output * (1 - output). Error at most 1.5 ULP.</summary>
    /// <param name="output">What <see cref="Sigmoid"/> gave.</param>
    /// <param name="outputGradient">As long as <paramref name="output"/>.</param>
    /// <param name="inputGradient">
    /// As long as <paramref name="output"/>; may be the same memory as <paramref name="outputGradient"/> or
    /// <paramref name="output"/>, but not overlap them otherwise.
    /// </param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void SigmoidGradient(
        ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Workers? workers = null)
    {
        CheckGradient(output, outputGradient, inputGradient);
        Map.Run(default(SigmoidGradientFunction), output, outputGradient, inputGradient, workers);
    }

    private readonly struct SigmoidFunction : IUnaryFunction
    {
        // e^-|x| neither overflows nor loses what is far below 1: 1 / (1 + e^-x) = e^x / (1 + e^x).
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat zero = TFloat.Splat(0f), one = TFloat.Splat(1f);
            TFloat exponential = Elementary.Exp(zero - TFloat.Abs(value));
            return TFloat.SelectLess(value, zero, exponential, one) / (one + exponential);
        }
    }

    private readonly struct SigmoidGradientFunction : IBinaryFunction
    {
        // y - y^2, rounded once.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> => right * TFloat.FusedMultiplyAdd(TFloat.Splat(0f) - left, left, left);
    }
}
