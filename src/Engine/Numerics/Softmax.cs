using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Engine.Simd;

namespace Engine.Numerics;

/// <summary>Softmax and the loss that goes with it.</summary>
public static class Softmax
{
    // A block of rows of about this many elements stays in the first-level cache through all its passes.
    private const int BlockElements = 4096;

    /// <summary>
    /// The mean cross-entropy of softmax(logits) and the labels, and its gradient with respect to the logits:
    /// <code>
    /// loss     = mean over rows of ln(sum of e^(x - max)) - (x[label] - max)
    /// gradient = (softmax(x) - [1 at label]) / rows
    /// </code>
    /// as torch.nn.functional.cross_entropy. Any finite logits are safe. A row with NaN or +infinity gives NaN.
    /// </summary>
    /// <param name="logits">[rows, classes], row by row.</param>
    /// <param name="labels">[rows], each in [0, classes).</param>
    /// <param name="gradient">[rows, classes]; may be the logits' own memory, but not overlap it otherwise.</param>
    /// <returns>The loss, in nats.</returns>
    /// <exception cref="ArgumentException">
    /// There are no labels, the logits do not divide into as many rows, or the lengths of logits and gradient differ, or they
    /// overlap without being the same.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class.</exception>
    public static double CrossEntropy(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradient)
    {
        if (labels.IsEmpty || logits.IsEmpty || logits.Length % labels.Length != 0)
        {
            throw new ArgumentException(
                $"logits has {logits.Length} elements, labels has {labels.Length}; there must be labels, and as many rows of logits.",
                nameof(logits));
        }

        Require.SameLength(gradient, logits);
        Require.SameOrApart(gradient, logits);
        int classes = logits.Length / labels.Length;
        for (int row = 0; row < labels.Length; row++)
        {
            if ((uint)labels[row] >= (uint)classes)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(labels), labels[row], $"labels[{row}] is {labels[row]}; it must be at least 0 and below {classes}.");
            }
        }

        double loss = 0;
        int blockRows = Math.Max(1, BlockElements / classes);
        for (int row = 0; row < labels.Length; row += blockRows)
        {
            int rows = Math.Min(blockRows, labels.Length - row);
            loss += Rows(
                logits.Slice(row * classes, rows * classes), labels.Slice(row, rows), gradient.Slice(row * classes, rows * classes), labels.Length);
        }

        return loss / labels.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Rows(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradient, int batch)
    {
        int classes = logits.Length / labels.Length;
        double loss = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<float> x = logits.Slice(row * classes, classes);
            Span<float> shifted = gradient.Slice(row * classes, classes);
            TensorPrimitives.Subtract(x, TensorPrimitives.Max(x), shifted);
            loss -= shifted[labels[row]];
        }

        ElementLoop.Run<ExpFunction>(gradient, gradient);
        for (int row = 0; row < labels.Length; row++)
        {
            Span<float> exponentials = gradient.Slice(row * classes, classes);
            double sum = Reduction.Sum(exponentials);
            loss += Elementary.Log(FloatLane1.Splat((float)sum)).Value;
            float atLabel = (float)((exponentials[labels[row]] / sum - 1) / batch);
            TensorPrimitives.Multiply(exponentials, (float)(1 / (sum * batch)), exponentials);
            exponentials[labels[row]] = atLabel;
        }

        return loss;
    }
}
