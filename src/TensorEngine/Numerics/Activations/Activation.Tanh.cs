using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Numerics.Activations;

/// <content>The hyperbolic tangent.</content>
public static partial class Activation
{
    /// <summary>output = the hyperbolic tangent of input; NaN for NaN. Error at most 1.34 ULP.</summary>
    /// <param name="input">Any length.</param>
    /// <param name="output">As long as <paramref name="input"/>; may be the same memory, but not overlap it otherwise.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Tanh(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null) =>
        Elementary.Tanh(input, output, workers);

    /// <summary>inputGradient = outputGradient * (1 - output^2). Error at most 1.5 ULP.</summary>
    /// <param name="output">What <see cref="Tanh"/> gave.</param>
    /// <param name="outputGradient">As long as <paramref name="output"/>.</param>
    /// <param name="inputGradient">
    /// As long as <paramref name="output"/>; may be the same memory as <paramref name="outputGradient"/> or
    /// <paramref name="output"/>, but not overlap them otherwise.
    /// </param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void TanhGradient(
        ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Workers? workers = null)
    {
        CheckGradient(output, outputGradient, inputGradient);
        Map.Run(default(TanhGradientFunction), output, outputGradient, inputGradient, workers);
    }

    private readonly struct TanhGradientFunction : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> =>
            right * TFloat.FusedMultiplyAdd(TFloat.Splat(0f) - left, left, TFloat.Splat(1f));
    }
}
