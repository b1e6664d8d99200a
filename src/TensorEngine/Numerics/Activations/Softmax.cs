using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Numerics.Activations;

/// <summary>Softmax and the loss that goes with it.</summary>
public static class Softmax
{
    // A block of rows of about this many elements stays in the first-level cache through all its passes, and so does the next one
    // of logits and gradients, which is fetched meanwhile, a chunk at a time.
    private const int BlockElements = 2048;
    private const int Chunk = 256;

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
        Span<float> sums = stackalloc float[Math.Min(blockRows, labels.Length)];
        for (int row = 0; row < labels.Length; row += blockRows)
        {
            int rows = Math.Min(blockRows, labels.Length - row);
            int start = row * classes, end = start + rows * classes;
            ReadOnlySpan<int> blockLabels = labels.Slice(row, rows);
            Span<float> block = gradient[start..end];
            loss = Shift(logits[start..end], blockLabels, block, loss);
            Exponentials(block, logits[end..], gradient[end..]);
            loss = Normalize(block, blockLabels, labels.Length, sums[..rows], loss);
        }

        return loss / labels.Length;
    }

    // Subtracts from every row its largest logit, and from the loss what becomes of the labels' logits.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Shift(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradient, double loss)
    {
        int classes = logits.Length / labels.Length;
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<float> x = logits.Slice(row * classes, classes);
            Span<float> shifted = gradient.Slice(row * classes, classes);
            TensorPrimitives.Subtract(x, TensorPrimitives.Max(x), shifted);
            loss -= shifted[labels[row]];
        }

        return loss;
    }

    // The functions are bound by their arithmetic; the memory works for the block to come.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Exponentials(Span<float> block, ReadOnlySpan<float> nextLogits, ReadOnlySpan<float> nextGradient)
    {
        for (int start = 0; start < block.Length; start += Chunk)
        {
            int length = Math.Min(Chunk, block.Length - start);
            int end = Math.Min(start + length, nextLogits.Length);
            for (int i = start; i < end; i += AlignedBuffer.Alignment)
            {
                Prefetch.Line(in nextLogits[i]);
                Prefetch.Line(in nextGradient[i]);
            }

            Span<float> chunk = block.Slice(start, length);
            ElementLoop.Run<ExpFunction>(chunk, chunk);
        }
    }

    // Divides every row by its sum, whose logarithm is added to the loss.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Normalize(Span<float> block, ReadOnlySpan<int> labels, int batch, Span<float> sums, double loss)
    {
        int classes = block.Length / labels.Length;
        for (int row = 0; row < labels.Length; row++)
        {
            Span<float> exponentials = block.Slice(row * classes, classes);
            double sum = Reduction.Sum(exponentials);
            sums[row] = (float)sum;
            float atLabel = (float)((exponentials[labels[row]] / sum - 1) / batch);
            TensorPrimitives.Multiply(exponentials, (float)(1 / (sum * batch)), exponentials);
            exponentials[labels[row]] = atLabel;
        }

        ElementLoop.Run<LogFunction>(sums, sums);
        foreach (float logarithm in sums)
            loss += logarithm;
        return loss;
    }
}
