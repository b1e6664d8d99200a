using TensorEngine.Numerics.Activations;

namespace TensorEngine.Autograd.Operations;

/// <content>ReLU.</content>
public static partial class Functional
{
    /// <summary>
    /// max(input, 0), exactly, as torch.nn.functional.relu; the gradient at 0 is 0. NaN stays NaN, and lets gradients through.
    /// </summary>
    /// <param name="input">Any shape.</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable Relu(this Variable input) => input.Tape.Record(default(ReluOperation), input.Shape, input);

    private readonly struct ReluOperation : IOperation
    {
        public void Forward(in ForwardContext context) => Activation.Relu(context.Input(0), context.Output, context.Workers);

        public void Backward(in BackwardContext context) =>
            Activation.ReluGradient(context.Output, context.OutputGradient, context.InputGradientInPlace(0), workers: context.Workers);
    }
}
