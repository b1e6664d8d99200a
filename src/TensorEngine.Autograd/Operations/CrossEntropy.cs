using System.Numerics.Tensors;
using TensorEngine.Numerics.Activations;

namespace TensorEngine.Autograd.Operations;

/// <content>The loss of a classifier.</content>
public static partial class Functional
{
    /// <summary>
    /// The mean over the rows of -ln(softmax(input)[label]), in nats, as torch.nn.functional.cross_entropy. Any finite logits are safe; a
    /// row with NaN or +infinity gives NaN.
    /// </summary>
    /// <param name="input">The logits, [..., classes]; all dimensions before the last are rows.</param>
    /// <param name="labels">The class of each row, in [0, classes).</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException"><paramref name="labels"/> has not one element for each row of logits.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable CrossEntropy(this Variable input, ReadOnlySpan<int> labels)
    {
        Shape shape = input.Shape;
        if (shape.Rank == 0 || shape.ElementCount != (long)labels.Length * shape.LastLength())
        {
            throw new ArgumentException(
                $"cross_entropy: input is {shape}, labels has {labels.Length} elements; input must be [..., classes], with one label for "
                + "each row.",
                nameof(labels));
        }

        Require.Below(shape.LastLength(), labels, nameof(labels));
        return input.Tape.Record(new CrossEntropyOperation(input.Tape.Keep(labels)), [], input);
    }

    private struct CrossEntropyOperation(Kept<int> labels) : IOperation
    {
        private readonly Kept<int> _labels = labels;
        private Kept<float> _gradient;

        public void Forward(in ForwardContext context)
        {
            ReadOnlySpan<float> logits = context.Input(0);
            Span<float> gradient;
            if (context.Records)
                gradient = context.Span(_gradient = context.Keep<float>(logits.Length));
            else
                gradient = context.Temporary<float>(logits.Length);
            int classes = context.InputShape(0).LastLength();
            context.SetScalar(Softmax.CrossEntropy(logits.AsRows(classes), context.Span(_labels), gradient.AsRows(classes)));
        }

        public readonly void Backward(in BackwardContext context) =>
            TensorPrimitives.Multiply(context.Span(_gradient), context.OutputGradient[0], context.InputGradient(0));
    }
}
