using TensorEngine.Numerics.Activations;

namespace TensorEngine.Autograd.Operations;

/// <content>Activations with constants.</content>
public static partial class Functional
{
    /// <summary>input above 0 and negativeSlope * input elsewhere, as torch.nn.functional.leaky_relu.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="negativeSlope">The factor below 0; finite.</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="negativeSlope"/> is not finite as a float.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable LeakyRelu(this Variable input, double negativeSlope = 0.01) =>
        input.Tape.Record(new LeakyReluOperation(HyperParameter.Finite(negativeSlope, nameof(negativeSlope))), input.Shape, input);

    /// <summary>input above 0 and alpha * (e^input - 1) elsewhere, as torch.nn.functional.elu.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="alpha">The negative of the limit at -infinity; finite.</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is not finite as a float.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable Elu(this Variable input, double alpha = 1) =>
        input.Tape.Record(new EluOperation(HyperParameter.Finite(alpha, nameof(alpha))), input.Shape, input);

    /// <summary>
    /// ln(1 + e^(beta * input)) / beta, and input where beta * input is above threshold, as torch.nn.functional.softplus.
    /// </summary>
    /// <param name="input">Any shape.</param>
    /// <param name="beta">The sharpness of the bend; at least 1e-37 and finite.</param>
    /// <param name="threshold">The value of beta * input above which the output is the input; finite.</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="beta"/> or <paramref name="threshold"/> is out of its range.
    /// </exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable Softplus(this Variable input, double beta = 1, double threshold = 20)
    {
        HyperParameter.AtLeast(1e-37, beta, nameof(beta));
        HyperParameter.Finite(threshold, nameof(threshold));
        return input.Tape.Record(new SoftplusOperation(beta, threshold), input.Shape, input);
    }

    private readonly struct LeakyReluOperation(double negativeSlope) : IOperation
    {
        public void Forward(in ForwardContext context) =>
            Activation.LeakyRelu(context.Input(0), negativeSlope, context.Output, context.Workers);

        public void Backward(in BackwardContext context) => Activation.LeakyReluGradient(
            context.Input(0), context.OutputGradient, negativeSlope, context.InputGradientInPlace(0), workers: context.Workers);
    }

    private readonly struct EluOperation(double alpha) : IOperation
    {
        public void Forward(in ForwardContext context) =>
            Activation.Elu(context.Input(0), alpha, context.Output, context.Workers);

        public void Backward(in BackwardContext context) => Activation.EluGradient(
            context.Input(0), context.OutputGradient, alpha, context.InputGradientInPlace(0), workers: context.Workers);
    }

    private readonly struct SoftplusOperation(double beta, double threshold) : IOperation
    {
        public void Forward(in ForwardContext context) =>
            Activation.Softplus(context.Input(0), beta, threshold, context.Output, context.Workers);

        public void Backward(in BackwardContext context) => Activation.SoftplusGradient(
            context.Input(0), context.OutputGradient, beta, threshold, context.InputGradientInPlace(0), workers: context.Workers);
    }
}
