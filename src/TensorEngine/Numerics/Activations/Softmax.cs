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

    // What a long row takes, about.
    private const double NanosecondsPerElement = 0.5;

    /// <summary>
    /// The probabilities of the classes in every row:
    /// <code>
    /// output = e^(x - max) / (sum of e^(x - max) over the row)
    /// </code>
    /// as torch.nn.functional.softmax over the last dimension. Any finite logits are safe. A row with NaN or +infinity, or of
    /// -infinity alone, gives NaN. Error at most 3 + |x - max| ULP.
    /// </summary>
    /// <param name="logits">[rows, classes], each row without gaps; may have no rows.</param>
    /// <param name="output">
    /// [rows, classes], each row without gaps; may be the logits' own memory, but not overlap it otherwise.
    /// </param>
    /// <param name="workers">The threads that share many rows, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// There are no classes, the sides of logits and output differ, the elements of a row lie apart, or output has rows that overlap or
    /// overlaps the logits without being the same.
    /// </exception>
    public static void Probabilities(ReadOnlyMatrixSpan logits, MatrixSpan output, Workers? workers = null)
    {
        if (logits.Columns == 0)
            throw new ArgumentException($"logits is {logits.ToString()}; there must be at least 1 class.", nameof(logits));
        RequireRows(logits, output, nameof(output));
        WorkParts parts = Workers.Divide(workers, logits.Rows, logits.Columns * NanosecondsPerElement, unit: 1);
        var rows = new Rows(logits, output, parts);
        Workers.Run(workers, ref rows, parts.Count);
    }

    /// <summary>
    /// The mean cross-entropy of softmax(logits) and the labels, and its gradient with respect to the logits:
    /// <code>
    /// loss     = mean over rows of ln(sum of e^(x - max)) - (x[label] - max)
    /// gradient = (softmax(x) - [1 at label]) / rows
    /// </code>
    /// as torch.nn.functional.cross_entropy. Any finite logits are safe. A row with NaN or +infinity gives NaN.
    /// </summary>
    /// <param name="logits">[rows, classes], each row without gaps; at least 1 of each.</param>
    /// <param name="labels">[rows], each in [0, classes).</param>
    /// <param name="gradient">
    /// [rows, classes], each row without gaps; may be the logits' own memory, but not overlap it otherwise.
    /// </param>
    /// <returns>The loss, in nats.</returns>
    /// <exception cref="ArgumentException">
    /// There are no labels or not as many as logits has rows, the sides of logits and gradient differ, the elements of a row lie apart, or
    /// gradient has rows that overlap or overlaps the logits without being the same.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class.</exception>
    public static double CrossEntropy(ReadOnlyMatrixSpan logits, ReadOnlySpan<int> labels, MatrixSpan gradient)
    {
        if (logits.IsEmpty || labels.Length != logits.Rows)
        {
            throw new ArgumentException(
                $"logits is {logits.ToString()}, labels has {labels.Length} elements; logits must not be empty, and labels must have one for "
                + "every row.",
                nameof(labels));
        }

        RequireRows(logits, gradient, nameof(gradient));
        int classes = logits.Columns;
        for (int row = 0; row < labels.Length; row++)
        {
            if ((uint)labels[row] >= (uint)classes)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(labels), labels[row], $"labels[{row}] is {labels[row]}; it must be at least 0 and below {classes}.");
            }
        }

        double loss = 0;
        // Rows with gaps between them are taken one by one.
        bool dense = logits.IsDense && gradient.IsDense;
        int blockRows = dense ? Math.Max(1, BlockElements / classes) : 1;
        Span<float> sums = stackalloc float[Math.Min(blockRows, labels.Length)];
        for (int row = 0; row < labels.Length; row += blockRows)
        {
            int rows = Math.Min(blockRows, labels.Length - row);
            ReadOnlySpan<int> blockLabels = labels.Slice(row, rows);
            Span<float> block = gradient.Block(row, 0, rows, classes).Span;
            loss = Shift(logits.View.Block(row, 0, rows, classes).Span, blockLabels, block, loss);
            int end = (row + rows) * classes;
            Exponentials(block, dense ? logits.Span[end..] : [], dense ? gradient.Span[end..] : []);
            loss = Normalize(block, blockLabels, labels.Length, sums[..rows], loss);
        }

        return loss / labels.Length;
    }

    private static void RequireRows(ReadOnlyMatrixSpan logits, MatrixSpan result, string name)
    {
        RequireMatrix.ByRows(logits);
        RequireMatrix.WritableByRows(result, name);
        RequireMatrix.SameSides(result, logits, name);
        RequireMatrix.SameOrApart(result, logits, name);
    }

    private readonly ref struct Rows(ReadOnlyMatrixSpan logits, MatrixSpan output, WorkParts parts) : IWork
    {
        private readonly ReadOnlyMatrixSpan _logits = logits;
        private readonly MatrixSpan _output = output;

        public void Run(int part)
        {
            (int first, int count) = parts.Of(part);
            for (int i = first; i < first + count; i++)
            {
                ReadOnlySpan<float> x = _logits.RowSpan(i);
                Span<float> row = _output.RowSpan(i);
                TensorPrimitives.Subtract(x, TensorPrimitives.Max(x), row);
                Elementary.Exp(row, row);
                TensorPrimitives.Multiply(row, (float)(1 / Reduction.Sum(row)), row);
            }
        }
    }

    // Subtracts from every row its largest logit, and from the loss what becomes of the labels' logits: in double, as the difference of
    // two floats may be beyond the floats.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Shift(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradient, double loss)
    {
        int classes = logits.Length / labels.Length;
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<float> x = logits.Slice(row * classes, classes);
            Span<float> shifted = gradient.Slice(row * classes, classes);
            float largest = TensorPrimitives.Max(x);
            loss -= (double)x[labels[row]] - largest;
            TensorPrimitives.Subtract(x, largest, shifted);
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
            Elementary.Exp(chunk, chunk);
        }
    }

    // Divides every row by its sum, whose logarithm is added to the loss: that of the nearest float, and what the float has left of the
    // sum, over the sum. Beside a sum of nearly 1 that is most of it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Normalize(Span<float> block, ReadOnlySpan<int> labels, int batch, Span<float> sums, double loss)
    {
        int classes = block.Length / labels.Length;
        for (int row = 0; row < labels.Length; row++)
        {
            Span<float> exponentials = block.Slice(row * classes, classes);
            double sum = Reduction.Sum(exponentials);
            sums[row] = (float)sum;
            loss += (sum - sums[row]) / sum;
            float atLabel = (float)((exponentials[labels[row]] / sum - 1) / batch);
            TensorPrimitives.Multiply(exponentials, (float)(1 / (sum * batch)), exponentials);
            exponentials[labels[row]] = atLabel;
        }

        Elementary.Log(sums, sums);
        foreach (float logarithm in sums)
            loss += logarithm;
        return loss;
    }
}
