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
            Span<float> largest = stackalloc float[RowsOfFew];
            var slopes = new FewSlopes(few.Sums, stackalloc double[2 * RowsOfFew], stackalloc float[3 * RowsOfFew], scale);
            for (; start < end; start += RowsOfFew)
            {
                int rows = Math.Min(RowsOfFew, end - start), first = firstRow + start;
                few.Take(in _logits.At(first, 0), _logits.RowStride, rows, largest);
                FetchFew(first + rows, Math.Min(RowsOfFew, end - start - rows));
                ReadOnlySpan<int> ofRows = _labels.Slice(first, rows);
                TakeLabels(first, ofRows, few, largest, _atLabels[start..], slopes.AtLabels);
                LaneDispatch.Double(ref slopes);
                slopes.Rests[..rows].CopyTo(_rests[start..]);
                slopes.Sums[..rows].CopyTo(_sums[start..]);
                few.Write(ref _gradient.At(first, 0), _gradient.RowStride, rows, slopes.Factors);
                PutSlopes(first, ofRows, slopes.Slopes);
                if (ofRows.Contains(ignored))
                    Ignore(start, rows);
            }
        }

        private void Ignore(int start, int rows)
        {
            for (int i = start; i < start + rows; i++)
            {
                if (_labels[firstRow + i] != ignored)
                    continue;
                _gradient.RowSpan(firstRow + i).Clear();
                (_atLabels[i], _rests[i], _sums[i]) = (0, 0, 1);
            }
        }

        // A row that does not count may have a label that is no class: the first one stands for it.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void TakeLabels(
            int first,
            ReadOnlySpan<int> ofRows,
            scoped in FewClasses few,
            ReadOnlySpan<float> largest,
            Span<double> atLabels,
            Span<double> exponentials)
        {
            ref float start = ref _logits.At(first, 0);
            (nint stride, int ignore) = (_logits.RowStride, ignored);
            for (int row = 0; row < ofRows.Length; row++)
            {
                int label = ofRows[row] == ignore ? 0 : ofRows[row];
                atLabels[row] = (double)Unsafe.Add(ref start, row * stride + label) - largest[row];
                exponentials[row] = few.Exponential(row, label);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void PutSlopes(int first, ReadOnlySpan<int> ofRows, ReadOnlySpan<float> slopes)
        {
            ref float start = ref _gradient.At(first, 0);
            (nint stride, int ignore) = (_gradient.RowStride, ignored);
            for (int row = 0; row < ofRows.Length; row++)
                Unsafe.Add(ref start, row * stride + (ofRows[row] == ignore ? 0 : ofRows[row])) = slopes[row];
        }

        // What the block to come reads and writes, while this one is computed.
        private void FetchFew(int first, int rows)
        {
            for (int row = first; row < first + rows; row++)
            {
                for (int column = 0; column < _logits.Columns; column += AlignedBuffer.Alignment)
                {
                    Prefetch.Line(in _logits.At(row, column));
                    Prefetch.Line(in _gradient.At(row, column));
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
