using System.Numerics.Tensors;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;

namespace TensorEngine.Attentions;

/// <summary>The output of some heads.</summary>
internal readonly ref struct ForwardHeads(
    in AttentionHeads heads, Span<float> largest, Span<float> reciprocals, MatrixBatchSpan output, WorkParts parts) : IWork
{
    private readonly AttentionHeads _heads = heads;
    private readonly Span<float> _largest = largest;
    private readonly Span<float> _reciprocals = reciprocals;
    private readonly MatrixBatchSpan _output = output;

    public void Run(int part)
    {
        (int firstHead, int count) = parts.Of(part);
        MatrixSpan scores = ScoreScratch.Scores(_heads);
        Span<float> factors = ScoreScratch.Factors(_heads);
        Span<float> sums = stackalloc float[ScoreScratch.Rows], shifts = stackalloc float[ScoreScratch.Rows];
        for (int head = firstHead; head < firstHead + count; head++)
        {
            for (int first = 0; first < _heads.Queries.Rows; first += ScoreScratch.Rows)
            {
                int rows = Math.Min(ScoreScratch.Rows, _heads.Queries.Rows - first);
                var block = new ScoreBlock(_heads, head, first, rows);
                var kernel = new Kernel(block, block.Score(scores), scores, shifts[..rows], sums[..rows]);
                LaneDispatch.Float(ref kernel);
                for (int i = 0; i < rows; i++)
                    block.Drop(i, scores.RowSpan(i), factors);
                MatrixSpan to = _output.At(head).Block(first, 0, rows, _output.Columns);
                MatrixProduct.Run(scores.Block(0, 0, rows, block.Keys), block.SeenValues, to, accumulate: false, workers: null);
                for (int i = 0; i < rows; i++)
                    TensorPrimitives.Multiply(to.RowSpan(i), sums[i], to.RowSpan(i));
                if (!_largest.IsEmpty)
                {
                    shifts[..rows].CopyTo(_largest[block.Numbers]);
                    sums[..rows].CopyTo(_reciprocals[block.Numbers]);
                }
            }
        }
    }

    /// <summary>Computes the exponentials of the rows, the largest score subtracted from each, and the reciprocals of their sums.</summary>
    private readonly ref struct Kernel(
        in ScoreBlock block, ScoreScale scale, MatrixSpan scores, Span<float> shifts, Span<float> reciprocals) : IFloatKernel
    {
        private readonly ScoreBlock _block = block;
        private readonly MatrixSpan _scores = scores;
        private readonly Span<float> _shifts = shifts;
        private readonly Span<float> _reciprocals = reciprocals;

        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat>
        {
            for (int i = 0; i < _shifts.Length; i++)
            {
                Span<float> row = _scores.RowSpan(i);
                int seen = _block.Visible(i);
                float shift = seen == 0
                    ? float.NegativeInfinity
                    : ScoreRow.Largest<TFloat>(ref row[0], ScoreRow.Whole(seen)) * scale.Scores;
                if (shift == float.NegativeInfinity)
                {
                    // It sees no key.
                    row[..Math.Max(_block.Keys, ScoreScratch.Padded(seen))].Clear();
                    (_shifts[i], _reciprocals[i]) = (0, 0);
                    continue;
                }

                ScoreRow.Exponentials<TFloat>(ref row[0], ScoreRow.Whole(seen), scale.Scores, shift);
                _block.ClearRest(row, i);
                _shifts[i] = shift;
                _reciprocals[i] = (float)(1 / Reduction.Sum(row[..ScoreScratch.Padded(seen)]));
            }
        }
    }
}
