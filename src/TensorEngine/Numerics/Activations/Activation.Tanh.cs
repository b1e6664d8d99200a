using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Numerics.Activations;

/// <content>The hyperbolic tangent.</content>
public static partial class Activation
{
    /// <summary>output = the hyperbolic tangent of input; NaN for NaN. Error at most 1.34 ULP.</summary>
    /// <inheritdoc cref="Relu"/>
    public static void Tanh(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null) =>
        Elementary.Tanh(input, output, workers);

    /// <summary>inputGradient = outputGradient * (1 - output^2). Error at most 1.5 ULP.</summary>
    /// <inheritdoc cref="ReluGradient"/>
    public static void TanhGradient(
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null) => Gradient(default(TanhGradientFunction), output, outputGradient, inputGradient, accumulate, workers);

    private readonly struct TanhGradientFunction : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> =>
            right * TFloat.FusedMultiplyAdd(TFloat.Splat(0f) - left, left, TFloat.Splat(1f));
    }
}
