using TensorEngine.Numerics;

namespace TensorEngine.Autograd.Operations;

/// <content>Softmax and its logarithm.</content>
public static partial class Functional
{
    /// <summary>Returns the probabilities of the classes, as torch.nn.functional.softmax over the last dimension.</summary>
    /// <param name="input">[..., classes]; all dimensions before the last are rows.</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="input"/> has no last dimension, or no classes.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable Softmax(this Variable input) =>
        input.Tape.Record(default(SoftmaxOperation), ClassesOf("softmax", input), input);

    /// <summary>Returns the logarithms of the probabilities, in nats, as torch.nn.functional.log_softmax over the last dimension.</summary>
    /// <inheritdoc cref="Softmax"/>
    public static Variable LogSoftmax(this Variable input) =>
        input.Tape.Record(default(LogSoftmaxOperation), ClassesOf("log_softmax", input), input);

    private static Shape ClassesOf(string operation, Variable input)
    {
        Shape shape = input.Shape;
        if (shape.Rank == 0 || shape.LastLength() == 0)
            Mismatch.Throw(operation, "input", shape, "it must be [..., classes] with at least 1 class");
        return shape;
    }

    private readonly struct SoftmaxOperation : IOperation
    {
        public void Forward(in ForwardContext context)
        {
            int classes = context.OutputShape.LastLength();
            Numerics.Activations.Softmax.Probabilities(
                context.Input(0).AsRows(classes), context.Output.AsRows(classes), context.Workers);
        }

        public void Backward(in BackwardContext context)
        {
            int classes = context.OutputShape.LastLength();
            MatrixSpan to = context.InputGradient(0, out bool adds).AsRows(classes);
            Numerics.Activations.Softmax.ProbabilitiesGradient(
                context.Output.AsRows(classes), context.OutputGradient.AsRows(classes), to, adds, context.Workers);
        }
    }

    private readonly struct LogSoftmaxOperation : IOperation
    {
        public void Forward(in ForwardContext context)
        {
            int classes = context.OutputShape.LastLength();
            Numerics.Activations.Softmax.LogProbabilities(
                context.Input(0).AsRows(classes), context.Output.AsRows(classes), context.Workers);
        }

        public void Backward(in BackwardContext context)
        {
            int classes = context.OutputShape.LastLength();
            MatrixSpan to = context.InputGradient(0, out bool adds).AsRows(classes);
            Numerics.Activations.Softmax.LogProbabilitiesGradient(
                context.Output.AsRows(classes), context.OutputGradient.AsRows(classes), to, adds, context.Workers);
        }
    }
}
