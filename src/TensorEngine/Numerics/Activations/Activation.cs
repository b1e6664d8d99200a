using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Activations;

/// <summary>
/// The nonlinear functions between layers, and their gradients, as torch.nn.functional's. NaN stays NaN. A call allocates nothing.
/// </summary>
public static partial class Activation
{
    /// <summary>output = max(input, 0), exactly; NaN stays NaN, and -0 becomes +0.</summary>
    /// <param name="input">Any length.</param>
    /// <param name="output">As long as <paramref name="input"/>; may be the same memory, but not overlap it otherwise.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Relu(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null) =>
        Map.Run(default(ReluFunction), input, output, workers);

    /// <summary>inputGradient = outputGradient where output is above 0, and 0 elsewhere (where it is NaN, too).</summary>
    /// <param name="output">What <see cref="Relu"/> gave, or its input: the sign is all that is used.</param>
    /// <param name="outputGradient">As long as <paramref name="output"/>.</param>
    /// <param name="inputGradient">
    /// As long as <paramref name="output"/>; may be the same memory as <paramref name="outputGradient"/> or
    /// <paramref name="output"/>, but not overlap them otherwise.
    /// </param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void ReluGradient(
        ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Workers? workers = null)
    {
        CheckGradient(output, outputGradient, inputGradient);
        Map.Run(default(ReluGradientFunction), output, outputGradient, inputGradient, workers);
    }

    private static void CheckGradient(ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, ReadOnlySpan<float> inputGradient)
    {
        Require.SameLength(outputGradient, output);
        Require.SameLength(inputGradient, output);
        Require.SameOrApart(inputGradient, output);
        Require.SameOrApart(inputGradient, outputGradient);
    }

    private readonly struct ReluFunction : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => TFloat.Max(value, TFloat.Splat(0f));
    }

    private readonly struct ReluGradientFunction : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> => TFloat.SelectLess(TFloat.Splat(0f), left, right, TFloat.Splat(0f));
    }
}
