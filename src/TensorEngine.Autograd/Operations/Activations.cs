using TensorEngine.Numerics.Activations;

namespace TensorEngine.Autograd.Operations;

/// <content>Activations without constants.</content>
public static partial class Functional
{
    /// <summary>1 / (1 + e^-input), as torch.sigmoid.</summary>
    /// <param name="input">Any shape.</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable Sigmoid(this Variable input) => Activate<SigmoidActivation>(input);

    /// <summary>The hyperbolic tangent, as torch.tanh.</summary>
    /// <inheritdoc cref="Sigmoid"/>
    public static Variable Tanh(this Variable input) => Activate<TanhActivation>(input);

    /// <summary>input / (1 + e^-input), as torch.nn.functional.silu.</summary>
    /// <inheritdoc cref="Sigmoid"/>
    public static Variable Silu(this Variable input) => Activate<SiluActivation>(input);

    /// <summary>ln(1 / (1 + e^-input)), as torch.nn.functional.logsigmoid.</summary>
    /// <inheritdoc cref="Sigmoid"/>
    public static Variable LogSigmoid(this Variable input) => Activate<LogSigmoidActivation>(input);

    /// <summary>input times the normal distribution of input, exactly, as torch.nn.functional.gelu.</summary>
    /// <inheritdoc cref="Sigmoid"/>
    public static Variable Gelu(this Variable input) => Activate<GeluActivation>(input);

    /// <summary>
    /// The approximation of <see cref="Gelu"/> by a hyperbolic tangent: torch.nn.functional.gelu with approximate="tanh".
    /// </summary>
    /// <inheritdoc cref="Sigmoid"/>
    public static Variable GeluTanh(this Variable input) => Activate<GeluTanhActivation>(input);

    private static Variable Activate<TActivation>(Variable input)
        where TActivation : struct, IActivation => input.Tape.Record(default(ActivationOperation<TActivation>), input.Shape, input);

    private interface IActivation
    {
        static abstract void Forward(ReadOnlySpan<float> input, Span<float> output, Workers? workers);

        static abstract void Backward(in BackwardContext context, Span<float> inputGradient);
    }

    private readonly struct ActivationOperation<TActivation> : IOperation
        where TActivation : struct, IActivation
    {
        public void Forward(in ForwardContext context) => TActivation.Forward(context.Input(0), context.Output, context.Workers);

        public void Backward(in BackwardContext context) => TActivation.Backward(context, context.InputGradientInPlace(0));
    }

    private readonly struct SigmoidActivation : IActivation
    {
        public static void Forward(ReadOnlySpan<float> input, Span<float> output, Workers? workers) =>
            Activation.Sigmoid(input, output, workers);

        public static void Backward(in BackwardContext context, Span<float> inputGradient) =>
            Activation.SigmoidGradient(context.Output, context.OutputGradient, inputGradient, workers: context.Workers);
    }

    private readonly struct TanhActivation : IActivation
    {
        public static void Forward(ReadOnlySpan<float> input, Span<float> output, Workers? workers) =>
            Activation.Tanh(input, output, workers);

        public static void Backward(in BackwardContext context, Span<float> inputGradient) =>
            Activation.TanhGradient(context.Output, context.OutputGradient, inputGradient, workers: context.Workers);
    }

    private readonly struct SiluActivation : IActivation
    {
        public static void Forward(ReadOnlySpan<float> input, Span<float> output, Workers? workers) =>
            Activation.Silu(input, output, workers);

        public static void Backward(in BackwardContext context, Span<float> inputGradient) =>
            Activation.SiluGradient(context.Input(0), context.OutputGradient, inputGradient, workers: context.Workers);
    }

    private readonly struct LogSigmoidActivation : IActivation
    {
        public static void Forward(ReadOnlySpan<float> input, Span<float> output, Workers? workers) =>
            Activation.LogSigmoid(input, output, workers);

        public static void Backward(in BackwardContext context, Span<float> inputGradient) =>
            Activation.LogSigmoidGradient(context.Input(0), context.OutputGradient, inputGradient, workers: context.Workers);
    }

    private readonly struct GeluActivation : IActivation
    {
        public static void Forward(ReadOnlySpan<float> input, Span<float> output, Workers? workers) =>
            Activation.Gelu(input, output, workers);

        public static void Backward(in BackwardContext context, Span<float> inputGradient) =>
            Activation.GeluGradient(context.Input(0), context.OutputGradient, inputGradient, workers: context.Workers);
    }

    private readonly struct GeluTanhActivation : IActivation
    {
        public static void Forward(ReadOnlySpan<float> input, Span<float> output, Workers? workers) =>
            Activation.GeluTanh(input, output, workers);

        public static void Backward(in BackwardContext context, Span<float> inputGradient) =>
            Activation.GeluTanhGradient(context.Input(0), context.OutputGradient, inputGradient, workers: context.Workers);
    }
}
