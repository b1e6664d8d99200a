using TensorEngine.Numerics.Activations;

namespace TensorEngine.Autograd.Operations;

/// <content>ReLU.</content>
public static partial class Functional
{
    /// <summary>
    /// max(input, 0), exactly, as torch.nn.functional.relu; the gradient at 0 is 0. NaN stays NaN, and lets gradients through.
    /// </summary>
    /// <param name="input">Any shape.</param>
    /// <param name="inPlace">
    /// Whether to overwrite <paramref name="input"/> with the result, which saves memory and time; false by default. Anything that needs
    /// the values of <paramref name="input"/> afterward, such as a backward pass, throws. It is safe for results of a linear layer, a
    /// convolution or a norm.
    /// </param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="inPlace"/> is true, and <paramref name="input"/> is not the result of an operation.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// <paramref name="input"/> is the default value or from before the last reset, or its values were overwritten.
    /// </exception>
    public static Variable Relu(this Variable input, bool inPlace = false)
    {
        if (!inPlace)
            return input.Tape.Record(default(ReluOperation), input.Shape, input);
        if (input.Tape.NodeOf(input).InputCount == 0)
        {
            throw new ArgumentException(
                "relu: input is data or a parameter; only the result of an operation may be overwritten in place.", nameof(inPlace));
        }

        return input.Tape.RecordInPlace(default(ReluOperation), input);
    }

    private readonly struct ReluOperation : IOperation
    {
        public void Forward(in ForwardContext context) => Activation.Relu(context.Input(0), context.Output, context.Workers);

        public void Backward(in BackwardContext context) =>
            Activation.ReluGradient(context.Output, context.OutputGradient, context.InputGradientInPlace(0), workers: context.Workers);
    }
}
