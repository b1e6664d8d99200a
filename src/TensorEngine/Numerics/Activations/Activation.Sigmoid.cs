using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Numerics.Activations;

/// <content>The logistic function, its logarithm, and its product with the input.</content>
public static partial class Activation
{
    /// <summary>
    /// output = 1 / (1 + e^-input), the logistic function: from 0 at -infinity to 1 at +infinity; NaN for NaN. Error at most 2.41 ULP.
    /// </summary>
    /// <inheritdoc cref="Relu"/>
    public static void Sigmoid(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null) =>
        Map.Run(default(SigmoidFunction), input, output, workers);

    /// <summary>inputGradient = outputGradient * output * (1 - output). Error at most 1.5 ULP.</summary>
    /// <inheritdoc cref="ReluGradient"/>
    public static void SigmoidGradient(
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null) => Gradient(default(SigmoidGradientFunction), output, outputGradient, inputGradient, accumulate, workers);

    /// <summary>
    /// output = ln(1 / (1 + e^-input)) = min(input, 0) - ln(1 + e^-|input|); NaN for NaN. Error at most 2.2 ULP.
    /// </summary>
    /// <inheritdoc cref="Relu"/>
    public static void LogSigmoid(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null) =>
        Map.Run(default(LogSigmoidFunction), input, output, workers);

    /// <summary>inputGradient = outputGradient / (1 + e^input). Error at most 2.9 ULP.</summary>
    /// <inheritdoc cref="GeluGradient"/>
    public static void LogSigmoidGradient(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null) =>
        Gradient(default(LogSigmoidGradientFunction), input, outputGradient, inputGradient, accumulate, workers);

    /// <summary>
    /// output = input / (1 + e^-input), also called swish; NaN for NaN and for -infinity, as in torch. Error at most 3 ULP
    /// (of 1e-36 where the result is smaller).
    /// </summary>
    /// <inheritdoc cref="Relu"/>
    public static void Silu(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null) =>
        Map.Run(default(SiluFunction), input, output, workers);

    /// <summary>
    /// inputGradient = outputGradient * s * (1 + input * (1 - s)) with s = 1 / (1 + e^-input); NaN for infinities and NaN, as in torch.
    /// Error at most 4 ULP of outputGradient * s * (1 + |input| * (1 - s)), or of 1e-36: the two terms cancel near -1.28.
    /// </summary>
    /// <inheritdoc cref="GeluGradient"/>
    public static void SiluGradient(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null) => Gradient(default(SiluGradientFunction), input, outputGradient, inputGradient, accumulate, workers);

    /// <summary>1 / (1 + e^-x).</summary>
    // e^-|x| neither overflows nor loses what is far below 1: 1 / (1 + e^-x) = e^x / (1 + e^x).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Logistic<TFloat>(TFloat value)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat zero = TFloat.Splat(0f), one = TFloat.Splat(1f);
        TFloat exponential = Elementary.Exp(zero - TFloat.Abs(value));
        return TFloat.SelectLess(value, zero, exponential, one) / (one + exponential);
    }

    /// <summary>1 / (1 + e^-x) and 1 / (1 + e^x), by one division.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (TFloat Of, TFloat OfNegative) LogisticPair<TFloat>(TFloat value)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat zero = TFloat.Splat(0f), one = TFloat.Splat(1f);
        TFloat exponential = Elementary.Exp(zero - TFloat.Abs(value));
        TFloat larger = one / (one + exponential), smaller = exponential * larger;
        return (TFloat.SelectLess(value, zero, smaller, larger), TFloat.SelectLess(value, zero, larger, smaller));
    }

    private readonly struct SigmoidFunction : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => Logistic(value);
    }

    private readonly struct SigmoidGradientFunction : IBinaryFunction
    {
        // y - y^2, rounded once.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> => right * TFloat.FusedMultiplyAdd(TFloat.Splat(0f) - left, left, left);
    }

    private readonly struct LogSigmoidFunction : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat zero = TFloat.Splat(0f);
            return TFloat.Min(value, zero) - Elementary.LogOfOnePlus(Elementary.Exp(zero - TFloat.Abs(value)));
        }
    }

    private readonly struct LogSigmoidGradientFunction : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> => right * Logistic(-left);
    }

    private readonly struct SiluFunction : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => value * Logistic(value);
    }

    private readonly struct SiluGradientFunction : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat>
        {
            (TFloat logistic, TFloat rest) = LogisticPair(left);
            return right * (logistic * TFloat.FusedMultiplyAdd(left, rest, TFloat.Splat(1f)));
        }
    }
}
