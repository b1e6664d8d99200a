using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;

namespace TensorEngine.Attentions;

/// <summary>The gradients of some heads.</summary>
internal readonly ref struct GradientHeads(
    in AttentionHeads heads,
    ReadOnlySpan<float> largest,
    ReadOnlySpan<float> reciprocals,
    ReadOnlyMatrixBatchSpan output,
    ReadOnlyMatrixBatchSpan outputGradient,
    MatrixBatchSpan queryGradient,
    MatrixBatchSpan keyGradient,
    MatrixBatchSpan valueGradient,
    bool accumulate,
    WorkParts parts) : IWork
{
    private readonly AttentionHeads _heads = heads;
    private readonly ReadOnlySpan<float> _largest = largest;
    private readonly ReadOnlySpan<float> _reciprocals = reciprocals;
    private readonly MatrixBatchSpan _output = output.View;
    private readonly MatrixBatchSpan _outputGradient = outputGradient.View;
    private readonly MatrixBatchSpan _queryGradient = queryGradient;
    private readonly MatrixBatchSpan _keyGradient = keyGradient;
    private readonly MatrixBatchSpan _valueGradient = valueGradient;

    public void Run(int part)
    {
        (int firstHead, int count) = parts.Of(part);
        MatrixSpan weights = ScoreScratch.Scores(_heads), slopes = ScoreScratch.Slopes(_heads);
        for (int head = firstHead; head < firstHead + count; head++)
        {
            if (!accumulate)
            {
                Clear(_keyGradient, head);
                Clear(_valueGradient, head);
            }

            for (int first = 0; first < _heads.Queries.Rows; first += ScoreScratch.Rows)
            {
                int rows = Math.Min(ScoreScratch.Rows, _heads.Queries.Rows - first);
                Block(new ScoreBlock(_heads, head, first, rows), head, first, rows, weights, slopes);
            }
        }
    }

    private void Block(in ScoreBlock block, int head, int first, int rows, MatrixSpan weights, MatrixSpan slopes)
    {
        MatrixSpan rowsOfOutput = _output.At(head).Block(first, 0, rows, _output.Columns);
        MatrixSpan gradient = _outputGradient.At(head).Block(first, 0, rows, _output.Columns);
        MatrixSpan seenWeights = weights.Block(0, 0, rows, block.Keys), seenSlopes = slopes.Block(0, 0, rows, block.Keys);
        ScoreScale scale = block.Score(weights);
        MatrixProduct.Run(gradient, block.SeenValues.Transposed, seenSlopes, accumulate: false, workers: null);
        Drop(block, rows, slopes);
        var kernel = new Kernel(
            block, scale, weights, slopes, rowsOfOutput, gradient, _largest[block.Numbers], _reciprocals[block.Numbers]);
        LaneDispatch.Float(ref kernel);
        if (_keyGradient.Count > 0)
            Add(seenSlopes.Transposed, block.Queries, _keyGradient, head);
        if (_queryGradient.Count > 0)
        {
            MatrixSpan to = _queryGradient.At(head).Block(first, 0, rows, _queryGradient.Columns);
            MatrixProduct.Run(seenSlopes, block.SeenKeys, to, accumulate, workers: null);
        }

        if (_valueGradient.Count == 0)
            return;
        Drop(block, rows, weights);
        Add(seenWeights.Transposed, gradient, _valueGradient, head);
    }

    private void Drop(in ScoreBlock block, int rows, MatrixSpan matrix)
    {
        Span<float> factors = ScoreScratch.Factors(_heads);
        for (int i = 0; i < rows; i++)
            block.Drop(i, matrix.RowSpan(i), factors);
    }

    // Block after block of queries goes on with the chains.
    private static void Add(MatrixSpan left, MatrixSpan right, MatrixBatchSpan gradient, int head) => MatrixProduct.Run(
        left, right, gradient.At(head).Block(0, 0, left.Rows, gradient.Columns), accumulate: true, workers: null);

    private static void Clear(MatrixBatchSpan gradient, int head)
    {
        if (gradient.Count == 0)
            return;
        MatrixSpan matrix = gradient.At(head);
        for (int i = 0; i < matrix.Rows; i++)
            matrix.RowSpan(i).Clear();
    }

    /// <summary>Computes the weights and the gradients of the scores of a block's rows.</summary>
    private readonly ref struct Kernel(
        in ScoreBlock block,
        ScoreScale scale,
        MatrixSpan weights,
        MatrixSpan slopes,
        MatrixSpan output,
        MatrixSpan gradient,
        ReadOnlySpan<float> shifts,
        ReadOnlySpan<float> reciprocals) : IFloatKernel
    {
        private readonly ScoreBlock _block = block;
        private readonly MatrixSpan _weights = weights;
        private readonly MatrixSpan _slopes = slopes;
        private readonly MatrixSpan _output = output;
        private readonly MatrixSpan _gradient = gradient;
        private readonly ReadOnlySpan<float> _shifts = shifts;
        private readonly ReadOnlySpan<float> _reciprocals = reciprocals;

        public void Run<TFloat>()
            where TFloat : struct, IFloatLane<TFloat>
        {
            for (int i = 0; i < _shifts.Length; i++)
            {
                Span<float> row = _weights.RowSpan(i), slopeRow = _slopes.RowSpan(i);
                int whole = ScoreRow.Whole(_block.Visible(i));
                float mean = (float)Reduction.Dot(_gradient.RowSpan(i), _output.RowSpan(i));
                // A query that sees no key has weights of 0.
                if (_reciprocals[i] == 0)
                {
                    row[..whole].Clear();
                    slopeRow[..whole].Clear();
                }
                else
                {
                    ScoreRow.Slopes<TFloat>(ref row[0], ref slopeRow[0], whole, scale, _shifts[i], _reciprocals[i], mean);
                }

                _block.ClearRest(row, i);
                _block.ClearRest(slopeRow, i);
            }
        }
    }
}
