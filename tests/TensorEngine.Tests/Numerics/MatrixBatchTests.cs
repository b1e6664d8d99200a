using NUnit.Framework;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

/// <summary>Products of many matrices are those of each by itself, wherever they lie.</summary>
public sealed class MatrixBatchTests
{
    private const int Images = 3, Heads = 4, Rows = 17, Inner = 9, Columns = 21;

    [Test]
    public void EveryMatrixIsMultipliedByItself([Values] bool transposed, [Values] bool accumulate, [Values(1, 2, 3, 8, 16)] int threads)
    {
        using var workers = new Workers(threads) { ShareAll = true };
        float[] left = Numbers(Images * Heads * Rows * Inner), right = Numbers(Images * Heads * Inner * Columns);
        float[] product = Numbers(Images * Heads * Rows * Columns), expected = [.. product];
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            Multiply(
                new(left, Images * Heads, Rows, Inner),
                transposed
                    ? new ReadOnlyMatrixBatchSpan(right, Images * Heads, Columns, Inner).Transposed
                    : new(right, Images * Heads, Inner, Columns),
                new(product, Images * Heads, Rows, Columns),
                accumulate,
                workers);
            for (int i = 0; i < Images * Heads; i++)
            {
                ReadOnlySpan<float> one = right.AsSpan(i * Inner * Columns, Inner * Columns);
                Multiply(
                    new(left.AsSpan(i * Rows * Inner, Rows * Inner), Rows, Inner),
                    transposed ? new ReadOnlyMatrixSpan(one, Columns, Inner).Transposed : new(one, Inner, Columns),
                    new(expected.AsSpan(i * Rows * Columns, Rows * Columns), Rows, Columns),
                    accumulate);
            }

            Bits.AssertSame(product, expected, $"width {width}");
        }
    }

    /// <summary>Scores of attention: queries and keys of [image, row, 2, head, inner], in one buffer.</summary>
    [Test]
    public void HeadsAreMultipliedWhereTheyLie()
    {
        const int Row = 2 * Heads * Inner;
        float[] both = Numbers(Images * Rows * Row), scores = new float[Images * Heads * Rows * Rows];
        MatrixProduct.MultiplyBatch(
            new ReadOnlyMatrixBatchSpan(both, Images, Rows * Row, Heads, Inner, Rows, Inner, Row),
            new ReadOnlyMatrixBatchSpan(both.AsSpan(Heads * Inner), Images, Rows * Row, Heads, Inner, Rows, Inner, Row).Transposed,
            new MatrixBatchSpan(scores, Images * Heads, Rows, Rows));
        for (int i = 0; i < scores.Length; i++)
        {
            int column = i % Rows, row = i / Rows % Rows, head = i / Rows / Rows % Heads, image = i / Rows / Rows / Heads;
            float sum = 0;
            for (int k = 0; k < Inner; k++)
            {
                float query = both[(image * Rows + row) * Row + head * Inner + k];
                sum = MathF.FusedMultiplyAdd(query, both[(image * Rows + column) * Row + (Heads + head) * Inner + k], sum);
            }

            Assert.That(scores[i], Is.EqualTo(sum), $"score {i}");
        }
    }

    [Test]
    public void OneMatrixMayServeAll()
    {
        float[] left = Numbers(5 * Rows * Inner), right = Numbers(Inner * Columns);
        float[] product = new float[5 * Rows * Columns], expected = new float[product.Length];
        MatrixProduct.MultiplyBatch(
            new ReadOnlyMatrixBatchSpan(left, 5, Rows, Inner),
            new ReadOnlyMatrixBatchSpan(right, 1, 0, 5, 0, Inner, Columns, Columns),
            new MatrixBatchSpan(product, 5, Rows, Columns));
        MatrixProduct.Multiply(new ReadOnlyMatrixSpan(left, 5 * Rows, Inner), new(right, Inner, Columns), new(expected, 5 * Rows, Columns));
        Bits.AssertSame(product, expected, $"one for all");
    }

    [Test]
    public void WhatDoesNotFitIsRefused()
    {
        float[] memory = [.. Enumerable.Repeat(5f, 64)], other = new float[64];
        Refusal.OfArgument<ArgumentException>("elements", () => _ = new MatrixBatchSpan(memory, 3, 4, 5), "64 floats", "[4, 5] have 60");
        Refusal.OfArgument<ArgumentException>("elements", () => _ = new MatrixBatchSpan(memory, 2, 40, 2, 10, 3, 5, 5), "need 65");
        Refusal.OfArgument<ArgumentOutOfRangeException>("count", () => _ = new MatrixBatchSpan(memory, -1, 4, 5), "count is -1");
        Refusal.OfArgument<ArgumentOutOfRangeException>("innerStride", () => _ = new MatrixBatchSpan(memory, 1, 0, 1, -1, 1, 1, 1), "is -1");
        Refusal.OfArgument<ArgumentOutOfRangeException>("index", () => _ = new MatrixBatchSpan(memory, 4, 4, 4)[4], "index is 4", "4 matrices");
        Refusal.OfArgument<ArgumentException>(
            "right", () => MatrixProduct.MultiplyBatch(new ReadOnlyMatrixBatchSpan(other, 4, 4, 4), new(other, 16, 2, 2), new(memory, 4, 4, 4)), "16 of [2, 2]");
        Refusal.OfArgument<ArgumentException>(
            "right", () => MatrixProduct.MultiplyBatch(new ReadOnlyMatrixBatchSpan(other, 4, 4, 4), new(other, 4, 2, 8), new(memory, 4, 4, 4)), "[2, 8]");
        Refusal.OfArgument<ArgumentException>(
            "destination", () => MatrixProduct.MultiplyBatch(new ReadOnlyMatrixBatchSpan(other, 4, 4, 4), new(other, 4, 4, 4), new(memory, 16, 2, 2)), "16 of");
        Refusal.OfArgument<ArgumentException>(
            "destination",
            () => MatrixProduct.MultiplyBatch(new ReadOnlyMatrixBatchSpan(other, 4, 4, 4), new(other, 4, 4, 4), new(memory, 1, 0, 4, 15, 4, 4, 4)),
            "share memory");
        Refusal.OfArgument<ArgumentException>(
            "destination", () => MatrixProduct.MultiplyBatch(new ReadOnlyMatrixBatchSpan(other, 4, 4, 4), new(memory, 4, 4, 4), new(memory, 4, 4, 4)), "overlaps right");
        Assert.That(memory, Is.All.EqualTo(5f));
    }

    private static void Multiply(
        ReadOnlyMatrixBatchSpan left, ReadOnlyMatrixBatchSpan right, MatrixBatchSpan destination, bool accumulate, Workers workers)
    {
        if (accumulate)
            MatrixProduct.MultiplyAddBatch(left, right, destination, workers);
        else
            MatrixProduct.MultiplyBatch(left, right, destination, workers);
    }

    private static void Multiply(ReadOnlyMatrixSpan left, ReadOnlyMatrixSpan right, MatrixSpan destination, bool accumulate)
    {
        if (accumulate)
            MatrixProduct.MultiplyAdd(left, right, destination);
        else
            MatrixProduct.Multiply(left, right, destination);
    }

    private static float[] Numbers(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
