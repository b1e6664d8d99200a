using TensorEngine.Numerics;
using TensorEngine.Numerics.Losses;

namespace TensorEngine.Autograd.Operations;

/// <content>The loss of logarithms of probabilities.</content>
public static partial class Functional
{
    /// <summary>
    /// Returns the mean or sum over the rows of -input[label], as torch.nn.functional.nll_loss: after <see cref="LogSoftmax"/> it equals
    /// <see cref="CrossEntropy"/> of the logits.
    /// </summary>
    /// <param name="input">Logarithms of probabilities, [..., classes]; all dimensions before the last are rows.</param>
    /// <param name="labels">The class of each row, in [0, classes), or <paramref name="ignoreIndex"/>.</param>
    /// <param name="ignoreIndex">The label of rows to ignore; the mean is over the others, NaN if there are none.</param>
    /// <param name="reduction">Mean (the default) or sum.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">The length of <paramref name="labels"/> differs from the number of rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A label is neither a class nor <paramref name="ignoreIndex"/>, or <paramref name="reduction"/> is not a member of the enumeration.
    /// </exception>
    /// <exception cref="InvalidOperationException"><paramref name="input"/> is the default value or from before the last reset.</exception>
    public static Variable NllLoss(
        this Variable input, ReadOnlySpan<int> labels, int ignoreIndex = -100, LossReduction reduction = LossReduction.Mean)
    {
        RequireReduction(reduction);
        Shape shape = input.Shape;
        if (shape.Rank == 0 || shape.ElementCount != (long)labels.Length * shape.LastLength())
        {
            throw new ArgumentException(
                $"nll_loss: input is {shape}, labels has {labels.Length} elements; input must be [..., classes], with one label for each "
                + "row.",
                nameof(labels));
        }

        Require.Below(shape.LastLength(), labels, nameof(labels), ignoreIndex);
        int divisor = reduction == LossReduction.Sum ? 1 : labels.Length - labels.Count(ignoreIndex);
        return input.Tape.Record(new NllOperation(input.Tape.Keep(labels), ignoreIndex, divisor), [], input);
    }

    private readonly struct NllOperation(Kept<int> labels, int ignoreIndex, int divisor) : IOperation
    {
        public void Forward(in ForwardContext context)
        {
            ReadOnlySpan<float> input = context.Input(0);
            ReadOnlySpan<int> of = context.Span(labels);
            Span<float> chosen = context.Temporary<float>(of.Length);
            int classes = context.InputShape(0).LastLength();
            for (int row = 0; row < of.Length; row++)
                chosen[row] = of[row] == ignoreIndex ? 0 : input[row * classes + of[row]];
            context.SetScalar(-Reduction.Sum(chosen, context.Workers) / divisor);
        }

        public void Backward(in BackwardContext context)
        {
            Span<float> gradient = context.InputGradient(0, out bool adds);
            if (!adds)
                gradient.Clear();
            ReadOnlySpan<int> of = context.Span(labels);
            float slope = (float)(-context.OutputGradient[0] / (double)divisor);
            int classes = context.InputShape(0).LastLength();
            for (int row = 0; row < of.Length; row++)
            {
                if (of[row] != ignoreIndex)
                    gradient[row * classes + of[row]] += slope;
            }
        }
    }
}
