using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Activations;

/// <summary>The nonlinear functions between layers, and their gradients.</summary>
public static class Activation
{
    /// <summary>output = max(input, 0), exactly; NaN stays NaN, and -0 becomes +0.</summary>
    /// <param name="input">Any length.</param>
    /// <param name="output">As long as <paramref name="input"/>; may be the same memory, but not overlap it otherwise.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void Relu(ReadOnlySpan<float> input, Span<float> output)
    {
        Require.SameLength(output, input);
        Require.SameOrApart(output, input);
        TensorPrimitives.Max(input, 0f, output);
    }

    /// <summary>inputGradient = outputGradient where output is above 0, and 0 elsewhere (where it is NaN, too).</summary>
    /// <param name="output">What <see cref="Relu"/> gave, or its input: the sign is all that is used.</param>
    /// <param name="outputGradient">As long as <paramref name="output"/>.</param>
    /// <param name="inputGradient">
    /// As long as <paramref name="output"/>; may be the same memory as <paramref name="outputGradient"/> or
    /// <paramref name="output"/>, but not overlap them otherwise.
    /// </param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same.</exception>
    public static void ReluGradient(ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        Require.SameLength(outputGradient, output);
        Require.SameLength(inputGradient, output);
        Require.SameOrApart(inputGradient, output);
        Require.SameOrApart(inputGradient, outputGradient);
        ElementLoop.Run(default(ReluGradientFunction), output, outputGradient, inputGradient);
    }

    private readonly struct ReluGradientFunction : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat output, TFloat outputGradient)
            where TFloat : struct, IFloatLane<TFloat> =>
            TFloat.SelectLess(TFloat.Splat(0f), output, outputGradient, TFloat.Splat(0f));
    }
}
