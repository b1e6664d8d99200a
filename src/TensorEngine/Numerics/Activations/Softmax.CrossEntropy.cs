using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using TensorEngine.Numerics.Functions;
using TensorEngine.Numerics.Losses;

namespace TensorEngine.Numerics.Activations;

/// <content>The loss of a classifier.</content>
public static partial class Softmax
{
    // A block of rows of about this many elements stays in the first-level cache through all its passes, and so does the next one
    // of logits and gradients, which is fetched meanwhile.
    private const int BlockElements = 2048;

    // So many rows are shared among threads before what they add to the loss is added, in one order.
    private const int RowsAtOnce = 2048;

    /// <summary>
    /// Computes the mean cross-entropy of softmax(logits) and the labels, and its gradient with respect to the logits:
    /// <code>
    /// loss     = mean over rows of ln(sum of e^(x - max)) - (x[label] - max)
    /// gradient = (softmax(x) - [1 at label]) / rows
    /// </code>
    /// as torch.nn.functional.cross_entropy. Any finite logits are safe. A row with NaN or +infinity gives NaN. Error of the loss at most
    /// 2e-8 of 1 + loss, of a gradient at most 2.5 + |x - max| ULP of the larger of the probability and the label, over rows.
    /// </summary>
    /// <param name="logits">[rows, classes], with contiguous rows; at least 1 of each.</param>
    /// <param name="labels">[rows], each in [0, classes).</param>
    /// <param name="gradient">
    /// [rows, classes], with contiguous rows; may be the memory of the logits, but may not overlap it otherwise.
    /// </param>
    /// <param name="workers">The threads that share many rows, or null (the default) to use the calling thread alone.</param>
    /// <returns>The loss, in nats.</returns>
    /// <exception cref="ArgumentException">
    /// There are no labels or their number is not that of the rows, the sizes of logits and gradient differ, the elements of a row are not
    /// contiguous, or gradient has overlapping rows or overlaps the logits without being the same memory.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class.</exception>
    public static double CrossEntropy(ReadOnlyMatrixSpan logits, ReadOnlySpan<int> labels, MatrixSpan gradient, Workers? workers = null)
    {
        CheckLabels(logits, labels, gradient, ignored: null);
        return CrossEntropy(logits, labels, ignored: -1, smoothing: 0, labels.Length, gradient, workers);
    }

    /// <summary>
    /// Computes the cross-entropy with ignored labels, smoothed labels, or as a sum, as torch.nn.functional.cross_entropy with
    /// ignore_index, label_smoothing and reduction. A smoothed label is 1 - labelSmoothing at its class plus labelSmoothing / classes at
    /// every class. An ignored row has a gradient of 0; the mean is over the other rows, and NaN if there are none. Error of a mean loss
    /// at most 2e-8 of 1 + loss, of a sum at most 2e-8 of it plus the number of rows; of a gradient at most 2.5 + |x - max| ULP of the
    /// larger of the probability and the label, over rows.
    /// </summary>
    /// <param name="logits">[rows, classes], with contiguous rows; at least 1 of each.</param>
    /// <param name="labels">[rows], each in [0, classes) or <paramref name="ignoreIndex"/>.</param>
    /// <param name="ignoreIndex">The label to ignore (-100 in torch); any number, including a class.</param>
    /// <param name="labelSmoothing">The share of a label that is spread over all classes; from 0 (none) to 1.</param>
    /// <param name="reduction">Mean or sum.</param>
    /// <param name="gradient">
    /// [rows, classes], with contiguous rows; may be the memory of the logits, but may not overlap it otherwise.
    /// </param>
    /// <param name="workers">The threads that share many rows, or null (the default) to use the calling thread alone.</param>
    /// <returns>The loss, in nats.</returns>
    /// <exception cref="ArgumentException">
    /// There are no labels or their number is not that of the rows, the sizes of logits and gradient differ, the elements of a row are not
    /// contiguous, or gradient has overlapping rows or overlaps the logits without being the same memory.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A label is neither a class nor <paramref name="ignoreIndex"/>, <paramref name="labelSmoothing"/> is not from 0 to 1, or
    /// <paramref name="reduction"/> is not a member of the enumeration.
    /// </exception>
    public static double CrossEntropy(
        ReadOnlyMatrixSpan logits,
        ReadOnlySpan<int> labels,
        int ignoreIndex,
        double labelSmoothing,
        LossReduction reduction,
        MatrixSpan gradient,
        Workers? workers = null)
    {
        HyperParameter.InClosedUnitInterval(labelSmoothing, nameof(labelSmoothing));
        int counted = CheckLabels(logits, labels, gradient, ignoreIndex);
        int scale = Loss.Divisor(reduction, counted);
        return CrossEntropy(logits, labels, ignoreIndex, labelSmoothing, scale, gradient, workers);
    }

    // Returns how many rows count.
    private static int CheckLabels(ReadOnlyMatrixSpan logits, ReadOnlySpan<int> labels, MatrixSpan gradient, int? ignored)
    {
        if (logits.IsEmpty || labels.Length != logits.Rows)
        {
            throw new ArgumentException(
                $"logits is {logits.ToString()}, labels has {labels.Length} elements; logits must not be empty, and labels must have one "
                + "for every row.",
                nameof(labels));
        }

        RequireRows(logits, gradient, nameof(gradient));
        // Nearly always all are classes, which whole registers find out.
        if (ignored is null && TensorPrimitives.Min(labels) >= 0 && TensorPrimitives.Max(labels) < logits.Columns)
            return labels.Length;
        int counted = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            if (labels[row] == ignored)
                continue;
            counted++;
            if ((uint)labels[row] >= (uint)logits.Columns)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(labels), labels[row], $"labels[{row}] is {labels[row]}; it must be at least 0 and below {logits.Columns}.");
            }
        }

        return counted;
    }

    private static double CrossEntropy(
        ReadOnlyMatrixSpan logits,
        ReadOnlySpan<int> labels,
        int ignored,
        double smoothing,
        int scale,
        MatrixSpan gradient,
        Workers? workers)
    {
        int classes = logits.Columns, blockRows = Math.Max(1, BlockElements / classes);
        int atOnce = Math.Min(labels.Length, Math.Max(1, RowsAtOnce / blockRows) * blockRows);
        Span<double> atLabels = stackalloc double[atOnce], rests = stackalloc double[atOnce];
        Span<float> sums = stackalloc float[atOnce];
        double loss = 0;
        for (int first = 0; first < labels.Length; first += atOnce)
        {
            int count = Math.Min(atOnce, labels.Length - first);
            WorkParts parts = Workers.Divide(workers, count, classes * NanosecondsPerElement, blockRows);
            var rows = new CrossEntropyRows(
                logits, labels, ignored, smoothing, scale, gradient, first, blockRows, parts, atLabels, rests, sums);
            Workers.Run(workers, ref rows, parts.Count);
            Elementary.Log(sums[..count], sums[..count]);
            loss = Add(loss, atLabels[..count], rests[..count], sums[..count], blockRows);
        }

        return loss / scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Add(
        double loss, ReadOnlySpan<double> atLabels, ReadOnlySpan<double> rests, ReadOnlySpan<float> logarithms, int blockRows)
    {
        for (int start = 0; start < atLabels.Length; start += blockRows)
        {
            int end = Math.Min(start + blockRows, atLabels.Length);
            foreach (double atLabel in atLabels[start..end])
                loss -= atLabel;
            foreach (double rest in rests[start..end])
                loss += rest;
            foreach (float logarithm in logarithms[start..end])
                loss += logarithm;
        }

        return loss;
    }
}
