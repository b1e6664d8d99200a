using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Activations;

/// <summary>
/// The nonlinear functions between layers and their gradients, as in torch.nn.functional, for NaN and infinities as well. A call allocates
/// nothing.
/// </summary>
/// <remarks>
/// A gradient function takes the input or the output of the function, as its parameter says. It overwrites inputGradient, or adds to it if
/// accumulate is true: the same number, added and rounded once more. To collect gradients from several places, let the first one overwrite
/// and the others add; then nothing has to be cleared.
/// </remarks>
public static partial class Activation
{
    /// <summary>output = max(input, 0), exactly; NaN stays NaN, and -0 becomes +0.</summary>
    /// <param name="input">Any length.</param>
    /// <param name="output">As long as <paramref name="input"/>; may be the same memory, but may not overlap it otherwise.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same memory.</exception>
    public static void Relu(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null) =>
        Map.Run(default(ReluFunction), input, output, workers);

    /// <summary>inputGradient = outputGradient where output is above 0 or NaN, and 0 elsewhere.</summary>
    /// <param name="output">The output of the function; for ReLU you can pass its input instead.</param>
    /// <param name="outputGradient">As long as <paramref name="output"/>.</param>
    /// <param name="inputGradient">
    /// As long as <paramref name="output"/>; may be the same memory as <paramref name="outputGradient"/> or
    /// <paramref name="output"/>, but may not overlap them otherwise.
    /// </param>
    /// <param name="accumulate">Whether to add to <paramref name="inputGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same memory.</exception>
    public static void ReluGradient(
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null) => Gradient(default(ReluGradientFunction), output, outputGradient, inputGradient, accumulate, workers);

    // The first span is what the gradient is made of, by the name that the caller's caller knows.
    private static void Gradient<TFunction>(
        in TFunction function,
        ReadOnlySpan<float> saved,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        bool accumulate,
        Workers? workers,
        [CallerArgumentExpression(nameof(saved))] string name = "")
        where TFunction : struct, IBinaryFunction
    {
        Require.SameLength(outputGradient, saved, nameof(outputGradient), name);
        Require.SameLength(inputGradient, saved, nameof(inputGradient), name);
        Require.SameOrApart(inputGradient, saved, nameof(inputGradient), name);
        Require.SameOrApart(inputGradient, outputGradient);
        GradientMap.Run(function, saved, outputGradient, inputGradient, accumulate, workers);
    }

    private readonly struct ReluFunction : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => TFloat.Max(value, TFloat.Splat(0f));
    }

    private readonly struct ReluGradientFunction : IBinaryFunction
    {
        // At most 0 is below the smallest float above 0; NaN is neither.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> => TFloat.SelectLess(left, TFloat.Splat(float.Epsilon), TFloat.Splat(0f), right);
    }
}
