using System.Numerics.Tensors;
using NUnit.Framework;
using TensorEngine.Numerics;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

/// <summary>Views of matrices: where their elements are, and what is refused.</summary>
public sealed class MatrixSpanTests
{
    private static float[] Memory => [.. Enumerable.Range(0, 24).Select(i => (float)i)];

    [Test]
    public void ElementsAreWhereTheStridesSay()
    {
        float[] memory = Memory;
        var dense = new MatrixSpan(memory, 4, 6);
        var wide = new MatrixSpan(memory.AsSpan(1), 3, 5, rowStride: 7);
        Assert.That((dense[2, 3], dense.Transposed[3, 2], wide[2, 4], wide.Transposed[4, 2]), Is.EqualTo((15f, 15f, 19f, 19f)));
        Assert.That((dense.RowStride, dense.ColumnStride, dense.Transposed.RowStride), Is.EqualTo(((nint)6, (nint)1, (nint)1)));
        MatrixSpan part = wide.Slice(1, 2, 2, 3);
        Assert.That((part[0, 0], part[1, 2], part.Row(1)[2], part.ToString()), Is.EqualTo((10f, 19f, 19f, "[2, 3]")));

        part[1, 0] = -5;
        ReadOnlyMatrixSpan read = part;
        Assert.That((memory[17], read[1, 0], read.Transposed[0, 1], read.Row(1)[0]), Is.EqualTo((-5f, -5f, -5f, -5f)));
    }

    [Test]
    public void TensorsOfTwoDimensionsAreMatrices()
    {
        float[] memory = Memory;
        MatrixSpan matrix = new TensorSpan<float>(memory, [3, 2], [2, 6]);
        ReadOnlyMatrixSpan read = new ReadOnlyTensorSpan<float>(memory, [3, 2], [2, 6]), same = new TensorSpan<float>(memory, [4, 6]);
        Assert.That((matrix[2, 1], read[2, 1], same[3, 5]), Is.EqualTo((10f, 10f, 23f)));
        matrix[2, 1] = 77;
        Assert.That(memory[10], Is.EqualTo(77f));
    }

    [Test]
    public void MatricesMayBeEmpty()
    {
        var matrix = new MatrixSpan([], 0, 5);
        Assert.That((matrix.IsEmpty, matrix.Transposed.Rows, matrix.Transposed.Columns), Is.EqualTo((true, 5, 0)));
        Assert.That(default(ReadOnlyMatrixSpan).IsEmpty);
        Assert.That(new MatrixSpan([], 3, 0).Row(2).Length, Is.Zero);
    }

    [Test]
    public void WhatDoesNotFitIsRefused()
    {
        float[] memory = Memory;
        Refusal.OfArgument<ArgumentException>("elements", () => _ = new MatrixSpan(memory, 4, 5), "24 floats", "[4, 5] has 20");
        Refusal.OfArgument<ArgumentException>("elements", () => _ = new ReadOnlyMatrixSpan(memory, int.MaxValue, int.MaxValue), "24 floats");
        Refusal.OfArgument<ArgumentException>("elements", () => _ = new ReadOnlyMatrixSpan(memory, 4, 4, 7), "24 floats", "7 apart needs 25");
        Refusal.OfArgument<ArgumentOutOfRangeException>("rows", () => _ = new MatrixSpan(memory, -1, 5), "rows is -1");
        Refusal.OfArgument<ArgumentOutOfRangeException>("columns", () => _ = new MatrixSpan(memory, 4, -6), "columns is -6");
        Refusal.OfArgument<ArgumentOutOfRangeException>("rowStride", () => _ = new MatrixSpan(memory, 4, 6, 5), "rowStride is 5", "at least 6");
        Refusal.OfArgument<ArgumentException>("tensor", () => Convert(new TensorSpan<float>(memory, [2, 3, 4])), "3 dimensions");
        Refusal.OfArgument<ArgumentOutOfRangeException>("row", () => new MatrixSpan(memory, 4, 6)[4, 0] = 1, "[4, 0]", "[4, 6]");
        Refusal.OfArgument<ArgumentOutOfRangeException>("column", () => new MatrixSpan(memory, 4, 6)[0, -1] = 1, "[0, -1]");
        Refusal.OfArgument<ArgumentOutOfRangeException>("rows", () => _ = new MatrixSpan(memory, 4, 6).Slice(2, 0, 3, 1), "[3, 1] from [2, 0]");
        Refusal.OfArgument<ArgumentOutOfRangeException>("column", () => _ = new MatrixSpan(memory, 4, 6).Slice(2, 7, 0, 0), "from [2, 7]");
        Refusal.OfArgument<ArgumentOutOfRangeException>("row", () => _ = new MatrixSpan(memory, 4, 6).Row(4), "row is 4");
        Refusal.Of<InvalidOperationException>(() => _ = new MatrixSpan(memory, 4, 6).Transposed.Row(0), "6 floats apart");

        static void Convert(ReadOnlyMatrixSpan matrix) => Assert.Fail(matrix.ToString());
    }
}
