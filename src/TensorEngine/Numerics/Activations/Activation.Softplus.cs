using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Numerics.Activations;

/// <content>ReLU, rounded off.</content>
public static partial class Activation
{
    /// <summary>
    /// output = ln(1 + e^(beta * input)) / beta, and input where beta * input is above threshold; NaN for NaN. Error at most 2.5 ULP for
    /// a beta that is a power of two, and about 1 + |beta * input| more for others.
    /// </summary>
    /// <param name="input">Any length.</param>
    /// <param name="beta">The sharpness of the bend (1 in torch), above 0 and finite; rounded to the nearest float.</param>
    /// <param name="threshold">
    /// The value of beta * input above which the output is the input (20 in torch), finite; rounded to the nearest float.
    /// </param>
    /// <param name="output">As long as <paramref name="input"/>; may be the same memory, but may not overlap it otherwise.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="beta"/> or <paramref name="threshold"/> is out of its range.
    /// </exception>
    public static void Softplus(
        ReadOnlySpan<float> input, double beta, double threshold, Span<float> output, Workers? workers = null) =>
        Map.Run(new SoftplusFunction(Beta(beta), HyperParameter.Finite(threshold, nameof(threshold))), input, output, workers);

    /// <summary>
    /// inputGradient = outputGradient / (1 + e^(-beta * input)), and outputGradient where beta * input is above threshold. Error at most
    /// 2.7 ULP for a beta that is a power of two, and about |beta * input| more for others.
    /// </summary>
    /// <param name="input">The input passed to <see cref="Softplus"/>.</param>
    /// <param name="outputGradient">As long as <paramref name="input"/>.</param>
    /// <param name="beta">The sharpness of the bend (1 in torch), above 0 and finite; rounded to the nearest float.</param>
    /// <param name="threshold">
    /// The value of beta * input above which the gradient is passed on unchanged (20 in torch), finite; rounded to the nearest float.
    /// </param>
    /// <param name="inputGradient">
    /// As long as <paramref name="input"/>; may be the same memory as <paramref name="outputGradient"/> or
    /// <paramref name="input"/>, but may not overlap them otherwise.
    /// </param>
    /// <param name="accumulate">Whether to add to <paramref name="inputGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="beta"/> or <paramref name="threshold"/> is out of its range.
    /// </exception>
    public static void SoftplusGradient(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        double beta,
        double threshold,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null)
    {
        var function = new SoftplusGradientFunction(Beta(beta), HyperParameter.Finite(threshold, nameof(threshold)));
        Gradient(function, input, outputGradient, inputGradient, accumulate, workers);
    }

    // Its reciprocal has to be a float, too.
    private static double Beta(double beta) => HyperParameter.AtLeast(1e-37, beta, nameof(beta));

    private readonly struct SoftplusFunction(double beta, double threshold) : IUnaryFunction
    {
        private readonly Constant _beta = new(beta);
        private readonly Constant _threshold = new(threshold);
        private readonly Constant _perBeta = new(1 / beta);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat zero = TFloat.Splat(0f), scaled = TFloat.Splat(_beta) * value;
            TFloat bend = Elementary.LogOfOnePlus(Elementary.Exp(zero - TFloat.Abs(scaled)));
            TFloat result = (TFloat.Max(scaled, zero) + bend) * TFloat.Splat(_perBeta);
            return TFloat.SelectLess(TFloat.Splat(_threshold), scaled, value, result);
        }
    }

    private readonly struct SoftplusGradientFunction(double beta, double threshold) : IBinaryFunction
    {
        private readonly Constant _beta = new(beta);
        private readonly Constant _threshold = new(threshold);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat scaled = TFloat.Splat(_beta) * left;
            return TFloat.SelectLess(TFloat.Splat(_threshold), scaled, right, right * Logistic(scaled));
        }
    }
}
