using NUnit.Framework;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

/// <summary>Operands and destination may be columns of one matrix: what matters is whether they share an element.</summary>
public sealed class MatrixOverlapTests
{
    [TestCase(3, 2)]
    [TestCase(7, 5)]
    [TestCase(40, 16)]
    [TestCase(70, 33)]
    [TestCase(130, 100)]
    public void ABlockOfColumnsIsMultipliedIntoAnotherOne(int rows, int columns)
    {
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            foreach (int threads in (int[])[1, 2])
            {
                using var workers = new Workers(threads) { ShareAll = true };
                int stride = (2 * columns) + 3;
                float[] memory = Numbers(rows * stride), right = Numbers(columns * columns), before = [.. memory];
                float[] left = [.. Enumerable.Range(0, rows).SelectMany(row => before.AsSpan(row * stride + 1, columns).ToArray())];
                float[] expected = new float[rows * columns];
                MatrixProduct.Multiply(Of(left, columns), Of(right, columns), new MatrixSpan(expected, rows, columns));

                MatrixProduct.Multiply(
                    new ReadOnlyMatrixSpan(memory.AsSpan(1), rows, columns, stride),
                    Of(right, columns),
                    new MatrixSpan(memory.AsSpan(columns + 2), rows, columns, stride),
                    workers);

                for (int row = 0; row < rows; row++)
                    expected.AsSpan(row * columns, columns).CopyTo(before.AsSpan(row * stride + columns + 2));
                Bits.AssertSame(memory, before, $"width {width}, {threads} threads, [{rows}, {columns}]");
            }
        }

        ReadOnlyMatrixSpan Of(float[] values, int across) => new(values, values.Length / across, across);
    }

    [Test]
    public void AFloatBetweenOrNoneDecides()
    {
        float[] memory = new float[100];
        Assert.DoesNotThrow(() => Multiply(left: 0, destination: 5), "columns 0 to 4 into 5 to 9");
        Refuse(left: 0, destination: 4);
        Refuse(left: 5, destination: 1);
        Refuse(left: 6, destination: 10);
        Assert.DoesNotThrow(() => Multiply(left: 6, destination: 11), "columns 6 to 10 into 11 to 15");
        Assert.DoesNotThrow(() => Multiply(left: 5, destination: 10), "columns 5 to 9 into 0 to 4, a row further down");

        void Refuse(int left, int destination) => Refusal.OfArgument<ArgumentException>(
            "destination", () => Multiply(left, destination), "overlaps left", "share no element");

        void Multiply(int left, int destination) => MatrixProduct.Multiply(
            new ReadOnlyMatrixSpan(memory.AsSpan(left), 5, 5, 10),
            new ReadOnlyMatrixSpan(new float[25], 5, 5),
            new MatrixSpan(memory.AsSpan(destination), 5, 5, 10));
    }

    /// <summary>All pairs of small matrices in one array, against sets of places.</summary>
    [Test]
    public void EveryPairOfSmallMatricesIsJudgedAsTheirPlacesAre()
    {
        float[] memory = new float[64];
        int[] strides = [1, 2, 3, 7];
        var matrices = new List<(int Start, int Rows, int Columns, int RowStride, int ColumnStride)>();
        foreach (int rows in (int[])[1, 2, 3])
        {
            foreach (int columns in (int[])[1, 2, 4])
            {
                foreach (int rowStride in strides)
                {
                    foreach (int columnStride in strides)
                    {
                        foreach (int start in (int[])[0, 1, 2, 5, 9])
                            matrices.Add((start, rows, columns, rowStride, columnStride));
                    }
                }
            }
        }

        HashSet<int>[] places = [.. matrices.Select(Places)];
        int shared = 0, apart = 0;
        for (int i = 0; i < matrices.Count; i++)
        {
            if (places[i].Count < matrices[i].Rows * matrices[i].Columns)
                continue;
            for (int j = 0; j < matrices.Count; j++)
            {
                bool expected = places[i].Overlaps(places[j]);
                _ = expected ? shared++ : apart++;
                if (MatrixOverlap.Shares(View(matrices[i]), View(matrices[j])) != expected)
                    Assert.Fail($"{matrices[i]} and {matrices[j]}");
            }
        }

        Assert.That(shared, Is.GreaterThan(10_000));
        Assert.That(apart, Is.GreaterThan(10_000));

        static HashSet<int> Places((int Start, int Rows, int Columns, int RowStride, int ColumnStride) one) =>
        [
            .. from row in Enumerable.Range(0, one.Rows)
               from column in Enumerable.Range(0, one.Columns)
               select one.Start + row * one.RowStride + column * one.ColumnStride,
        ];

        MatrixSpan View((int Start, int Rows, int Columns, int RowStride, int ColumnStride) one) =>
            new(ref memory[one.Start], one.Rows, one.Columns, one.RowStride, one.ColumnStride);
    }

    private static float[] Numbers(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
