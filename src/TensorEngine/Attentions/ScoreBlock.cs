using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;

namespace TensorEngine.Attentions;

/// <summary>The scores of a block of a head's queries, and the weights computed from them.</summary>
/// <param name="heads">All heads.</param>
/// <param name="head">The index of the head.</param>
/// <param name="first">The first query.</param>
/// <param name="rows">The number of queries.</param>
internal readonly ref struct ScoreBlock(in AttentionHeads heads, int head, int first, int rows)
{
    private readonly AttentionHeads _heads = heads;

    /// <summary>Gets the number of keys the last query attends to; no other query of the block attends to more.</summary>
    public int Keys { get; } = heads.Visible(first + rows - 1);

    public MatrixSpan Queries => _heads.Queries.View.At(head).Block(first, 0, rows, _heads.Queries.Columns);

    public MatrixSpan SeenKeys => _heads.Keys.View.At(head).Block(0, 0, Keys, _heads.Keys.Columns);

    public MatrixSpan SeenValues => _heads.Values.View.At(head).Block(0, 0, Keys, _heads.Values.Columns);

    /// <summary>Gets the range of the block in arrays with a number for each query.</summary>
    public Range Numbers
    {
        get
        {
            int start = head * _heads.Queries.Rows + first;
            return start..(start + rows);
        }
    }

    /// <summary>Computes queries · keysᵀ, masked and, if it cannot be deferred, scaled.</summary>
    /// <param name="memory">Rows with room for the keys and the zeros after them.</param>
    /// <returns>The factors still to be applied.</returns>
    public ScoreScale Score(MatrixSpan memory)
    {
        MatrixProduct.Run(Queries, SeenKeys.Transposed, memory.Block(0, 0, rows, Keys), accumulate: false, workers: null);
        float scale = (float)_heads.Scale;
        bool isMasked = _heads.Mask.Count > 0;
        // The largest score is that of the largest product as long as the factor is above 0.
        bool isScaled = isMasked || !(scale > 0);
        for (int i = 0; i < rows; i++)
        {
            int seen = Visible(i);
            Span<float> row = memory.RowSpan(i);
            Span<float> scores = row[..seen];
            if (isMasked)
                Map.Run(new Shifted(scale), scores, _heads.Mask.View.At(head).RowSpan(first + i)[..seen], scores);
            else if (isScaled)
                TensorPrimitives.Multiply(scores, scale, scores);
            row[seen..ScoreRow.Whole(seen)].Fill(float.NegativeInfinity);
        }

        return new(isScaled ? 1 : scale, scale);
    }

    /// <summary>Sets the elements after the scores to 0, up to the last key of the block and the end of the summed range.</summary>
    public void ClearRest(Span<float> row, int query)
    {
        int seen = Visible(query);
        row[seen..Math.Max(Keys, ScoreScratch.Padded(seen))].Clear();
    }

    public int Visible(int query) => _heads.Visible(first + query);

    /// <summary>Multiplies dropped weights of a row by 0 and the others by the compensating factor.</summary>
    public void Drop(int query, Span<float> row, Span<float> factors)
    {
        if (_heads.Generator is not { } generator || _heads.Dropout == 0)
            return;
        int seen = Visible(query);
        long place = ((long)head * _heads.Queries.Rows + first + query) * _heads.Keys.Rows;
        generator.UniformAt(_heads.DropoutPosition + place, factors[..seen]);
        Map.Run(new KeptFactor(_heads.Dropout), factors[..seen], factors[..seen]);
        TensorPrimitives.Multiply(row[..seen], factors[..seen], row[..seen]);
    }

    private readonly struct Shifted(float scale) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> => TFloat.FusedMultiplyAdd(left, TFloat.Splat(scale), right);
    }

    /// <summary>0 if the draw is below the probability, and the compensating factor otherwise.</summary>
    private readonly struct KeptFactor(double probability) : IUnaryFunction
    {
        private readonly Constant _probability = new(probability);
        private readonly Constant _factor = new(1 / (1 - probability));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> =>
            TFloat.SelectLess(value, TFloat.Splat(_probability), TFloat.Splat(0f), TFloat.Splat(_factor));
    }
}
