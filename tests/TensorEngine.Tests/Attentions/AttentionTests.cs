using NUnit.Framework;
using TensorEngine.Attentions;
using TensorEngine.Numerics;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Attentions;

/// <summary>Attention beside its formula in double precision; what it refuses; what a query's output depends on.</summary>
public sealed class AttentionTests
{
    private const int Heads = 3;
    private const int Keys = 41;
    private const int Width = 5;

    private readonly float[] _queries = Draw(1, Heads * Keys * Width);
    private readonly float[] _keys = Draw(2, Heads * Keys * Width);
    private readonly float[] _values = Draw(3, Heads * Keys * Width);

    [TestCase(41, null, false)]
    [TestCase(41, 0, false)]
    [TestCase(41, 0, true)]
    [TestCase(9, 32, false)]
    [TestCase(9, 7, true)]
    [TestCase(1, 100, true)]
    public void OutputsAreTheFormulas(int queries, int? position, bool masked)
    {
        float[] mask = Draw(4, queries * Keys);
        for (int i = 0; i < mask.Length; i += 3)
            mask[i] = float.NegativeInfinity;
        float[] output = Run(queries, position, masked ? mask : null);
        for (int head = 0; head < Heads; head++)
        {
            for (int i = 0; i < queries; i++)
            {
                double[] expected = Formula(head, i, queries, position, masked ? mask : null);
                for (int j = 0; j < Width; j++)
                    Assert.That(output[(head * queries + i) * Width + j], Is.EqualTo(expected[j]).Within(1e-6), $"{head}, {i}, {j}");
            }
        }
    }

    /// <summary>So that a model may go on from keys and values that it has.</summary>
    [Test]
    public void AQuerysOutputIsTheSameWhateverElseIsInTheCall()
    {
        float[] all = Run(Keys, 0, null);
        for (int i = 0; i < Keys; i++)
        {
            var queries = new ReadOnlyMatrixBatchSpan(_queries.AsSpan(i * Width), 1, 0, Heads, Keys * Width, 1, Width, Width);
            var keys = new ReadOnlyMatrixBatchSpan(_keys, 1, 0, Heads, Keys * Width, i + 1, Width, Width);
            var values = new ReadOnlyMatrixBatchSpan(_values, 1, 0, Heads, Keys * Width, i + 1, Width, Width);
            float[] alone = new float[Heads * Width];
            Attention.Forward(new AttentionHeads(queries, keys, values), [], [], new MatrixBatchSpan(alone, Heads, 1, Width));
            for (int head = 0; head < Heads; head++)
            {
                Bits.AssertSame(
                    alone.AsSpan(head * Width, Width), all.AsSpan((head * Keys + i) * Width, Width).ToArray(), $"query {i}, head {head}");
            }
        }
    }

    [Test]
    public void WhatDoesNotFitIsRefused()
    {
        Assert.That(() => Refused(keys: [], count: 0), Throws.ArgumentException.With.Message.Contains("keys is 0 of"));
        Assert.That(() => Refused(output: new float[12], rows: 2), Throws.ArgumentException.With.Message.Contains("must be 2 of [3, 2]"));
        Assert.That(() => Refused(largest: new float[5]), Throws.ArgumentException.With.Message.Contains("largest has 5 elements"));
        Assert.That(() => Refused(scale: double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Refused(position: -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Refused(dropout: 0.5), Throws.ArgumentException.With.Message.Contains("no Generator"));
        Assert.That(() => Refused(mask: new float[4]), Throws.ArgumentException.With.Message.Contains("[3, 3] scores"));
        float[] queries = new float[12];
        Assert.That(() => Refused(queries: queries, output: queries), Throws.ArgumentException.With.Message.Contains("overlaps Queries"));
        Assert.That(() => Refused(), Throws.Nothing);
    }

    // Two heads with three queries and three keys of two columns.
    private static void Refused(
        float[]? queries = null,
        float[]? keys = null,
        int count = 2,
        float[]? output = null,
        int rows = 3,
        float[]? largest = null,
        double scale = 1,
        int? position = null,
        double dropout = 0,
        float[]? mask = null)
    {
        var heads = new AttentionHeads(
            new ReadOnlyMatrixBatchSpan(queries ?? new float[12], 2, 3, 2),
            new ReadOnlyMatrixBatchSpan(keys ?? new float[12], count, 3, 2),
            new ReadOnlyMatrixBatchSpan(new float[12], 2, 3, 2))
        {
            Scale = scale,
            FirstPosition = position,
            Dropout = dropout,
            Mask = mask is null ? default : new ReadOnlyMatrixBatchSpan(mask, 1, 2, 2),
        };
        float[] result = output ?? new float[12];
        Attention.Forward(heads, largest, [], new MatrixBatchSpan(result.AsSpan(0, 4 * rows), 2, rows, 2));
    }

    private static float[] Draw(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 4 - 2)];
    }

    private float[] Run(int queries, int? position, float[]? mask)
    {
        var heads = new AttentionHeads(
            new ReadOnlyMatrixBatchSpan(_queries, 1, 0, Heads, Keys * Width, queries, Width, Width),
            new ReadOnlyMatrixBatchSpan(_keys, Heads, Keys, Width),
            new ReadOnlyMatrixBatchSpan(_values, Heads, Keys, Width))
        {
            FirstPosition = position,
            Mask = mask is null ? default : new ReadOnlyMatrixBatchSpan(mask, 1, 0, Heads, 0, queries, Keys, Keys),
        };
        float[] output = new float[Heads * queries * Width];
        Attention.Forward(heads, [], [], new MatrixBatchSpan(output, Heads, queries, Width));
        return output;
    }

    private double[] Formula(int head, int query, int queries, int? position, float[]? mask)
    {
        int seen = Math.Min(Keys, position is { } first ? first + query + 1 : Keys);
        double[] weights = new double[seen], output = new double[Width];
        for (int key = 0; key < seen; key++)
        {
            double score = 0;
            for (int i = 0; i < Width; i++)
                score += (double)_queries[(head * Keys + query) * Width + i] * _keys[(head * Keys + key) * Width + i];
            weights[key] = Math.Exp(score / Math.Sqrt(Width) + (mask is null ? 0 : mask[query * Keys + key]));
        }

        for (int key = 0; key < seen; key++)
        {
            for (int i = 0; i < Width; i++)
                output[i] += weights[key] / Math.Max(weights.Sum(), double.Epsilon) * _values[(head * Keys + key) * Width + i];
        }

        return output;
    }
}
