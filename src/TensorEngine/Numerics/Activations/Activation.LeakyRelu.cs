using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Activations;

/// <content>ReLU with a slope below 0.</content>
public static partial class Activation
{
    /// <summary>output = input above 0 and negativeSlope * input elsewhere, rounded once; NaN stays NaN. Error at most 0.5 ULP.</summary>
    /// <param name="input">Any length.</param>
    /// <param name="negativeSlope">The factor below 0 (0.01 in torch), finite; rounded to the nearest float.</param>
    /// <param name="output">As long as <paramref name="input"/>; may be the same memory, but may not overlap it otherwise.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="negativeSlope"/> is not finite as a float.</exception>
    public static void LeakyRelu(ReadOnlySpan<float> input, double negativeSlope, Span<float> output, Workers? workers = null) =>
        Map.Run(new LeakyReluFunction(HyperParameter.Finite(negativeSlope, nameof(negativeSlope))), input, output, workers);

    /// <summary>inputGradient = outputGradient where input is above 0 and negativeSlope * outputGradient elsewhere.
    /// Error at most 0.5 ULP.</summary>
    /// <param name="input">The input passed to <see cref="LeakyRelu"/>; for a positive slope you can pass its output instead.</param>
    /// <param name="outputGradient">As long as <paramref name="input"/>.</param>
    /// <param name="negativeSlope">The factor below 0 (0.01 in torch), finite; rounded to the nearest float.</param>
    /// <param name="inputGradient">
    /// As long as <paramref name="input"/>; may be the same memory as <paramref name="outputGradient"/> or
    /// <paramref name="input"/>, but may not overlap them otherwise.
    /// </param>
    /// <param name="accumulate">Whether to add to <paramref name="inputGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="negativeSlope"/> is not finite as a float.</exception>
    public static void LeakyReluGradient(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        double negativeSlope,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null)
    {
        var function = new LeakyReluGradientFunction(HyperParameter.Finite(negativeSlope, nameof(negativeSlope)));
        Gradient(function, input, outputGradient, inputGradient, accumulate, workers);
    }

    private readonly struct LeakyReluFunction(double negativeSlope) : IUnaryFunction
    {
        private readonly Constant _negativeSlope = new(negativeSlope);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> =>
            TFloat.SelectLess(TFloat.Splat(0f), value, value, TFloat.Splat(_negativeSlope) * value);
    }

    private readonly struct LeakyReluGradientFunction(double negativeSlope) : IBinaryFunction
    {
        private readonly Constant _negativeSlope = new(negativeSlope);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> =>
            TFloat.SelectLess(TFloat.Splat(0f), left, right, TFloat.Splat(_negativeSlope) * right);
    }
}
