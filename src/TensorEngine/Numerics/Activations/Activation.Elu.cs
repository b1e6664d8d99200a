using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Numerics.Activations;

/// <content>The exponential linear unit.
/// Source: Clevert, Unterthiner and Hochreiter, Exponential linear units, 2015.</content>
public static partial class Activation
{
    /// <summary>output = input above 0 and alpha * (e^input - 1) elsewhere; NaN for NaN. Error at most 1.5 ULP.</summary>
    /// <param name="input">Any length.</param>
    /// <param name="alpha">The negative of the limit at -infinity (1 in torch), finite; rounded to the nearest float.</param>
    /// <param name="output">As long as <paramref name="input"/>; may be the same memory, but may not overlap it otherwise.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is not finite as a float.</exception>
    public static void Elu(ReadOnlySpan<float> input, double alpha, Span<float> output, Workers? workers = null) =>
        Map.Run(new EluFunction(HyperParameter.Finite(alpha, nameof(alpha))), input, output, workers);

    /// <summary>
    /// inputGradient = outputGradient where input is above 0 and outputGradient * alpha * e^input elsewhere. Error at most 2 ULP.
    /// </summary>
    /// <param name="input">The input passed to <see cref="Elu"/>.</param>
    /// <param name="outputGradient">As long as <paramref name="input"/>.</param>
    /// <param name="alpha">The negative of the limit at -infinity (1 in torch), finite; rounded to the nearest float.</param>
    /// <param name="inputGradient">
    /// As long as <paramref name="input"/>; may be the same memory as <paramref name="outputGradient"/> or
    /// <paramref name="input"/>, but may not overlap them otherwise.
    /// </param>
    /// <param name="accumulate">Whether to add to <paramref name="inputGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is not finite as a float.</exception>
    public static void EluGradient(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        double alpha,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null)
    {
        var function = new EluGradientFunction(HyperParameter.Finite(alpha, nameof(alpha)));
        Gradient(function, input, outputGradient, inputGradient, accumulate, workers);
    }

    private readonly struct EluFunction(double alpha) : IUnaryFunction
    {
        private readonly Constant _alpha = new(alpha);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat zero = TFloat.Splat(0f);
            return TFloat.SelectLess(zero, value, value, TFloat.Splat(_alpha) * Elementary.ExpMinusOne(TFloat.Min(value, zero)));
        }
    }

    private readonly struct EluGradientFunction(double alpha) : IBinaryFunction
    {
        private readonly Constant _alpha = new(alpha);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat zero = TFloat.Splat(0f);
            return TFloat.SelectLess(zero, left, right, right * (TFloat.Splat(_alpha) * Elementary.Exp(TFloat.Min(left, zero))));
        }
    }
}
