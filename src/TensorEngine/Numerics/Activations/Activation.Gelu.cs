using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Numerics.Activations;

/// <content>
/// The Gaussian error linear unit, exactly and by its approximation.
/// Source: Hendrycks and Gimpel, Gaussian error linear units, 2016. </content>
public static partial class Activation
{
    /// <summary>
    /// output = input * P(input), P being the standard normal distribution, (1 + erf(input / sqrt(2))) / 2; NaN for NaN and for
    /// -infinity, as in torch. Error at most 4.5 ULP (of 1e-36 where the result is smaller).
    /// </summary>
    /// <inheritdoc cref="Relu"/>
    public static void Gelu(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null) =>
        Map.Run(default(GeluFunction), input, output, workers);

    /// <summary>
    /// inputGradient = outputGradient * (P(input) + input * p(input)), with the standard normal distribution P and its density p; NaN
    /// for infinities and NaN, as in torch. Error at most 4 ULP of outputGradient * (P(input) + |input| * p(input)), or of 1e-36: the
    /// two terms cancel near -0.75.
    /// </summary>
    /// <param name="input">As passed to the function.</param>
    /// <param name="outputGradient">As long as <paramref name="input"/>.</param>
    /// <param name="inputGradient">
    /// As long as <paramref name="input"/>; may be the same memory as <paramref name="outputGradient"/> or
    /// <paramref name="input"/>, but may not overlap them otherwise.
    /// </param>
    /// <param name="accumulate">Whether to add to <paramref name="inputGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same memory.</exception>
    public static void GeluGradient(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null) => Gradient(default(GeluGradientFunction), input, outputGradient, inputGradient, accumulate, workers);

    /// <summary>
    /// output = input * (1 + tanh(z)) / 2 with z = sqrt(2 / pi) * (input + 0.044715 * input^3): torch's gelu with approximate="tanh", for
    /// NaN and -infinity NaN as well. Error at most 2 + 5 |z| ULP (of 1e-36 where the result is
    /// smaller), and at most 2 ULP above 0.
    /// </summary>
    /// <inheritdoc cref="Relu"/>
    public static void GeluTanh(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null) =>
        Map.Run(default(GeluTanhFunction), input, output, workers);

    /// <summary>
    /// inputGradient = outputGradient times the derivative of <see cref="GeluTanh"/>; NaN for infinities and NaN, as in torch. 
    /// Error at most 3.2 ULP of outputGradient.
    /// </summary>
    /// <inheritdoc cref="GeluGradient"/>
    public static void GeluTanhGradient(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null) => Gradient(default(GeluTanhGradientFunction), input, outputGradient, inputGradient, accumulate, workers);

    // 2 sqrt(2 / pi) and that times 0.044715: (1 + tanh(z)) / 2 is the logistic function of 2 z.
    private const float TwiceRoot = 1.5957691f;
    private const float TwiceRootCubic = 0.071354814f;

    // The normal distribution from its tail.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Normal<TFloat>(TFloat value, TFloat tail)
        where TFloat : struct, IFloatLane<TFloat> =>
        TFloat.SelectLess(value, TFloat.Splat(0f), tail, TFloat.Splat(1f) - tail);

    private readonly struct GeluFunction : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => value * Normal(value, Elementary.NormalTail(TFloat.Abs(value)).Tail);
    }

    private readonly struct GeluGradientFunction : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat>
        {
            const float DensityAtZero = 0.3989423f;
            (TFloat tail, TFloat exponential) = Elementary.NormalTail(TFloat.Abs(left));
            TFloat density = TFloat.Splat(DensityAtZero) * exponential;
            return right * TFloat.FusedMultiplyAdd(left, density, Normal(left, tail));
        }
    }

    private readonly struct GeluTanhFunction : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat factor = TFloat.FusedMultiplyAdd(value * value, TFloat.Splat(TwiceRootCubic), TFloat.Splat(TwiceRoot));
            return value * Logistic(value * factor);
        }
    }

    private readonly struct GeluTanhGradientFunction : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat>
        {
            // Beyond 1e15 the logistic function is flat, and its slope stays finite.
            TFloat square = TFloat.Min(left * left, TFloat.Splat(1e30f));
            TFloat factor = TFloat.FusedMultiplyAdd(square, TFloat.Splat(TwiceRootCubic), TFloat.Splat(TwiceRoot));
            TFloat slope = TFloat.FusedMultiplyAdd(square, TFloat.Splat(3 * TwiceRootCubic), TFloat.Splat(TwiceRoot));
            (TFloat logistic, TFloat rest) = LogisticPair(left * factor);
            return right * TFloat.FusedMultiplyAdd(left * (logistic * rest), slope, logistic);
        }
    }
}
