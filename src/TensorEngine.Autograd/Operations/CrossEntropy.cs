using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Losses;

namespace TensorEngine.Autograd.Operations;

/// <content>The loss of a classifier.</content>
public static partial class Functional
{
    /// <summary>
    /// Returns the mean or sum over the rows of -ln(softmax(input)[label]), in nats, as torch.nn.functional.cross_entropy. Any finite
    /// logits are safe; a row with NaN or +infinity gives NaN.
    /// </summary>
    /// <param name="input">The logits, [..., classes]; all dimensions before the last are rows.</param>
    /// <param name="labels">The class of each row, in [0, classes), or <paramref name="ignoreIndex"/>.</param>
    /// <param name="ignoreIndex">The label of rows to ignore; the mean is over the others, NaN if there are none.</param>
    /// <param name="labelSmoothing">The share of a label that is spread over all classes; from 0 to 1.</param>
    /// <param name="reduction">Mean (the default) or sum.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">The length of <paramref name="labels"/> differs from the number of rows of logits.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A label is neither a class nor <paramref name="ignoreIndex"/>, <paramref name="labelSmoothing"/> is not from 0 to 1, or
    /// <paramref name="reduction"/> is not a member of the enumeration.
    /// </exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable CrossEntropy(
        this Variable input,
        ReadOnlySpan<int> labels,
        int ignoreIndex = -100,
        double labelSmoothing = 0,
        LossReduction reduction = LossReduction.Mean)
    {
        HyperParameter.InClosedUnitInterval(labelSmoothing, nameof(labelSmoothing));
        RequireReduction(reduction);
        Shape shape = input.Shape;
        if (shape.Rank == 0 || shape.ElementCount != (long)labels.Length * shape.LastLength())
        {
            throw new ArgumentException(
                $"cross_entropy: input is {shape}, labels has {labels.Length} elements; input must be [..., classes], with one label for "
                + "each row.",
                nameof(labels));
        }

        Require.Below(shape.LastLength(), labels, nameof(labels), ignoreIndex);
        return input.Tape.Record(new CrossEntropyOperation(input.Tape.Keep(labels), ignoreIndex, labelSmoothing, reduction), [], input);
    }

    private struct CrossEntropyOperation(Kept<int> labels, int ignoreIndex, double labelSmoothing, LossReduction reduction) : IOperation
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
            context.SetScalar(Numerics.Activations.Softmax.CrossEntropy(
                logits.AsRows(classes),
                context.Span(_labels),
                ignoreIndex,
                labelSmoothing,
                reduction,
                gradient.AsRows(classes),
                context.Workers));
        }

        public readonly void Backward(in BackwardContext context)
        {
            Span<float> to = context.InputGradient(0, out bool adds);
            if (adds)
                Combine.AddScaled(to, context.OutputGradient[0], context.Span(_gradient), context.Workers);
            else
                Map.Run(new Factor(context.OutputGradient[0]), context.Span(_gradient), to, context.Workers);
        }
    }
}
