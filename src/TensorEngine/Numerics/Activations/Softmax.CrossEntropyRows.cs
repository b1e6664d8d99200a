using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Numerics.Activations;

/// <content>The rows of the loss of a classifier.</content>
public static partial class Softmax
{
    // What is fetched at once for the block to come.
    private const int Chunk = 256;

    /// <summary>
    /// Rows of the gradient, and what each adds to the loss: from its label; the logarithm of its sum; and what the float of that sum
    /// lacks, over the sum, which beside a sum of nearly 1 is most of it.
    /// </summary>
    private readonly ref struct CrossEntropyRows(
        ReadOnlyMatrixSpan logits,
        ReadOnlySpan<int> labels,
        int ignored,
        double smoothing,
        int scale,
        MatrixSpan gradient,
        int firstRow,
        int blockRows,
        WorkParts parts,
        Span<double> atLabels,
        Span<double> rests,
        Span<float> sums) : IWork
    {
        private readonly MatrixSpan _logits = logits.View;
        private readonly ReadOnlySpan<int> _labels = labels;
        private readonly MatrixSpan _gradient = gradient;
        private readonly Span<double> _atLabels = atLabels;
        private readonly Span<double> _rests = rests;
        private readonly Span<float> _sums = sums;

        public void Run(int part)
        {
            (int start, int count) = parts.Of(part);
            int end = start + count;
            if (smoothing == 0 && _logits.Columns is >= LeastOfFew and <= MostOfFew)
            {
                FewAtOnce(start, end);
                return;
            }

            // Rows with gaps between them are taken one by one.
            int together = _logits.IsDense && _gradient.IsDense ? blockRows : 1;
            for (; start < end; start += together)
            {
                int rows = Math.Min(together, end - start);
                Shift(start, rows);
                Exponentials(start, rows, together > 1 ? Math.Min(together, end - start - rows) : 0);
                Normalize(start, rows);
            }
        }

        // Blocks of 64 rows, of the same operations in the same order.
        private void FewAtOnce(int start, int end)
        {
            int classes = _logits.Columns;
            var few = new FewClasses(
                classes,
                stackalloc float[Softmax.FewClasses.Exponentials(classes)],
                stackalloc double[Softmax.FewClasses.Halves(classes)]);
            Span<float> largest = stackalloc float[RowsOfFew], factors = stackalloc float[RowsOfFew];
            Span<float> slopes = stackalloc float[RowsOfFew];
            for (; start < end; start += RowsOfFew)
            {
                int rows = Math.Min(RowsOfFew, end - start), first = firstRow + start;
                few.Take(in _logits.At(first, 0), _logits.RowStride, rows, largest);
                for (int row = 0; row < rows; row++)
                {
                    int label = _labels[first + row], at = start + row;
                    double sum = few.Sums[row];
                    if (label == ignored)
                    {
                        (_atLabels[at], _rests[at], _sums[at]) = (0, 0, 1);
                        continue;
                    }

                    _atLabels[at] = (double)_logits.At(first + row, label) - largest[row];
                    _sums[at] = (float)sum;
                    _rests[at] = (sum - _sums[at]) / sum;
                    factors[row] = (float)(1 / (sum * scale));
                    slopes[row] = (float)((few.Exponential(row, label) / sum - 1) / scale);
                }

                few.Write(ref _gradient.At(first, 0), _gradient.RowStride, rows, factors);
                for (int row = 0; row < rows; row++)
                {
                    int label = _labels[first + row];
                    if (label == ignored)
                        _gradient.RowSpan(first + row).Clear();
                    else
                        _gradient.At(first + row, label) = slopes[row];
                }
            }
        }

        // Subtracts from every row its largest logit. What becomes of the label's logit is in double, as the difference of two floats may
        // be beyond the floats.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void Shift(int start, int rows)
        {
            for (int i = start; i < start + rows; i++)
            {
                ReadOnlySpan<float> x = _logits.RowSpan(firstRow + i);
                Span<float> shifted = _gradient.RowSpan(firstRow + i);
                int label = _labels[firstRow + i];
                float largest = TensorPrimitives.Max(x);
                double atLabel = label == ignored ? 0 : (double)x[label] - largest;
                TensorPrimitives.Subtract(x, largest, shifted);
                if (smoothing > 0 && label != ignored)
                    atLabel = (1 - smoothing) * atLabel + smoothing * Reduction.Mean(shifted);
                _atLabels[i] = atLabel;
            }
        }

        // The functions are bound by their arithmetic; the memory works for the block to come.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void Exponentials(int start, int rows, int nextRows)
        {
            int classes = _logits.Columns;
            Span<float> block = _gradient.Block(firstRow + start, 0, rows, classes).Span;
            ReadOnlySpan<float> nextLogits = _logits.Block(firstRow + start + rows, 0, nextRows, classes).Span;
            Span<float> nextGradient = _gradient.Block(firstRow + start + rows, 0, nextRows, classes).Span;
            for (int at = 0; at < block.Length; at += Chunk)
            {
                int length = Math.Min(Chunk, block.Length - at);
                int end = Math.Min(at + length, nextLogits.Length);
                for (int i = at; i < end; i += AlignedBuffer.Alignment)
                {
                    Prefetch.Line(in nextLogits[i]);
                    Prefetch.Line(in nextGradient[i]);
                }

                Span<float> chunk = block.Slice(at, length);
                Elementary.Exp(chunk, chunk);
            }
        }

        // Divides every row by its sum.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void Normalize(int start, int rows)
        {
            for (int i = start; i < start + rows; i++)
            {
                Span<float> exponentials = _gradient.RowSpan(firstRow + i);
                int label = _labels[firstRow + i];
                if (label == ignored)
                {
                    exponentials.Clear();
                    (_rests[i], _sums[i]) = (0, 1);
                    continue;
                }

                double sum = Reduction.Sum(exponentials);
                _sums[i] = (float)sum;
                _rests[i] = (sum - _sums[i]) / sum;
                double spread = smoothing / exponentials.Length;
                float atLabel = (float)((exponentials[label] / sum - (1 - smoothing + spread)) / scale);
                TensorPrimitives.Multiply(exponentials, (float)(1 / (sum * scale)), exponentials);
                if (smoothing > 0)
                    TensorPrimitives.Subtract(exponentials, (float)(spread / scale), exponentials);
                exponentials[label] = atLabel;
            }
        }
    }
}
