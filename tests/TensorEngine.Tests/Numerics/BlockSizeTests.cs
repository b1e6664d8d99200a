using System.Reflection;
using NUnit.Framework;
using TensorEngine.Minimization;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Activations;
using TensorEngine.Numerics.Functions;
using TensorEngine.Numerics.Products;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

/// <summary>
/// Work is done in blocks; here every block's size is met from both sides, and at twice the size, with the right values of elements that
/// are taken alone. The sizes are read from the code, and one that has no row here is an error.
/// </summary>
public sealed class BlockSizeTests
{
    /// <summary>Blocks that have their row in another test, and which.</summary>
    private static readonly Dictionary<string, string> s_elsewhere = new(StringComparer.Ordinal)
    {
        ["PatchProduct.BlockDepth"] = "ConvolutionTests",
        ["WeightProduct.BlockDepth"] = "ConvolutionTests",
        ["Convolution.BlockElements"] = "ConvolutionTests",
        ["BiasGradientWork.BlockElements"] = "ConvolutionTests",
        ["ParameterShard.CutUnit"] = "ShardedOptimizerTests",
        ["Sweep.PartUnit"] = "SharedStepTests",
        ["ElementLoop.PartUnit"] = "MapTests",
        ["SymmetricProduct.RowUnit"] = "SymmetricProductTests",
        ["ColumnReduction.PartUnit"] = "ReductionTests",
        ["LaneSum.Block"] = "ReductionTests",
        ["ShardNorms.Block"] = "ShardedOptimizerTests",
        ["TorchNormal.Block"] = "UserGeneratorTests",
        ["PairKernel.Block"] = "UserGeneratorTests",
        ["Codings.Block"] = "CompressedStepTests",
        ["HalfGradients.Block"] = "BFloat16StepTests",
        ["HalfLoop.PartUnit"] = "BFloat16Tests",
    };

    private static readonly Dictionary<string, Action<int>> s_checks = new(StringComparer.Ordinal)
    {
        ["ProductBlocks.BlockRows"] = rows => Product(rows, 3, 5),
        ["ProductBlocks.BlockColumns"] = columns => Product(2, 3, columns),
        ["ProductBlocks.BlockDepth"] = depth => Product(5, depth, 7),
        ["SymmetricProduct.FewestRows"] = Symmetric,
        ["Elementary.CircularBlock"] = Circular,
        ["Bias.RepeatedElements"] = Biased,
        ["Softmax.BlockElements"] = CrossEntropy,
        ["LargestMagnitude.PartUnit"] = Largest,
        ["DoubleVector.Block"] = Dot,
    };

    public static IEnumerable<TestCaseData> Blocks =>
        from type in typeof(Parameter).Assembly.GetTypes()
        from constant in type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
        where constant.IsLiteral && constant.FieldType == typeof(int) && IsBlock(constant.Name)
        let name = $"{type.Name.Split('`')[0]}.{constant.Name}"
        where !IsElsewhere(type, name)
        select new TestCaseData(name, (int)constant.GetRawConstantValue()!).SetArgDisplayNames(name);

    [TestCaseSource(nameof(Blocks))]
    public void BothSidesOfABlockAreRight(string block, int size)
    {
        Assert.That(s_checks, Does.ContainKey(block), "This test does not know the block.");
        foreach (int length in (int[])[size - 1, size, size + 1, (2 * size) - 1, 2 * size, (2 * size) + 1])
            s_checks[block](length);
    }

    // Blocks counts them, and a group has BlocksPerGroup of them.
    private static bool IsBlock(string name) => name is "Block" or "BlockRows" or "BlockColumns" or "BlockDepth" or "BlockElements" or "CircularBlock"
        or "PartUnit" or "RowUnit" or "CutUnit" or "FewestRows" or "RepeatedElements";

    private static bool IsElsewhere(Type type, string name) =>
        s_elsewhere.ContainsKey(name) || type.Namespace is { } room && (room.EndsWith("Files", StringComparison.Ordinal) || room.EndsWith("Convolutions", StringComparison.Ordinal));

    private static float[] Values(int count, int seed)
    {
        float[] values = new float[count];
        FloatSamples.FillSpread(values, new Random(seed), -3, 3);
        return values;
    }

    private static void Product(int rows, int depth, int columns)
    {
        float[] left = Values(rows * depth, 1), right = Values(depth * columns, 2), product = new float[rows * columns], expected = new float[rows * columns];
        for (int i = 0; i < expected.Length; i++)
        {
            for (int k = 0; k < depth; k++)
                expected[i] = MathF.FusedMultiplyAdd(left[(i / columns * depth) + k], right[(k * columns) + (i % columns)], expected[i]);
        }

        MatrixProduct.Multiply(new ReadOnlyMatrixSpan(left, rows, depth), new ReadOnlyMatrixSpan(right, depth, columns), new MatrixSpan(product, rows, columns));
        Bits.AssertSame(product, expected, $"{rows} x {depth} x {columns}");
    }

    private static void Symmetric(int rows)
    {
        float[] elements = Values(rows * 2, 3), product = new float[rows * rows], expected = new float[rows * rows];
        var matrix = new ReadOnlyMatrixSpan(elements, rows, 2);
        for (int i = 0; i < expected.Length; i++)
        {
            int row = i / rows, column = i % rows;
            expected[i] = MathF.FusedMultiplyAdd(
                elements[(2 * row) + 1], elements[(2 * column) + 1], MathF.FusedMultiplyAdd(elements[2 * row], elements[2 * column], 0f));
        }

        SymmetricProduct.Multiply(matrix, matrix.Transposed, new MatrixSpan(product, rows, rows), workers: null);
        Bits.AssertSame(product, expected, $"{rows} rows");
    }

    private static void Circular(int length)
    {
        float[] input = Values(length, 4), sine = new float[length], cosine = new float[length], one = new float[1], expectedSine = new float[length];
        float[] expectedCosine = new float[length];
        input[length - 1] = 1e6f; // beyond what the short way takes
        for (int i = 0; i < length; i++)
        {
            Elementary.Sin(input.AsSpan(i, 1), one);
            expectedSine[i] = one[0];
            Elementary.Cos(input.AsSpan(i, 1), one);
            expectedCosine[i] = one[0];
            Assert.That(expectedSine[i], Is.EqualTo(Math.Sin(input[i])).Within(2e-7), $"element {i}");
            Assert.That(expectedCosine[i], Is.EqualTo(Math.Cos(input[i])).Within(2e-7), $"element {i}");
        }

        Elementary.Sin(input, sine);
        Elementary.Cos(input, cosine);
        Bits.AssertSame(sine, expectedSine, $"sine of {length}");
        Bits.AssertSame(cosine, expectedCosine, $"cosine of {length}");
    }

    private static void Biased(int elements)
    {
        foreach (int columns in (int[])[1, 7, 100, elements])
        {
            int rows = Math.Max(1, elements / columns) + 1;
            float[] input = Values(rows * columns, 5), bias = Values(columns, 6), output = new float[rows * columns];
            Bias.Add(new ReadOnlyMatrixSpan(input, rows, columns), bias, new MatrixSpan(output, rows, columns));
            Bits.AssertSame(output, [.. input.Select((value, i) => value + bias[i % columns])], $"{rows} x {columns}");
        }
    }

    private static void CrossEntropy(int elements)
    {
        foreach (int classes in (int[])[2, 10, elements])
        {
            int rows = Math.Max(1, elements / classes) + 1;
            float[] logits = Values(rows * classes, 7), gradient = new float[logits.Length];
            int[] labels = [.. Enumerable.Range(0, rows).Select(row => row * 31 % classes)];
            double loss = Softmax.CrossEntropy(new ReadOnlyMatrixSpan(logits, rows, classes), labels, new MatrixSpan(gradient, rows, classes));
            double expected = 0;
            for (int row = 0; row < rows; row++)
            {
                float[] own = logits[(row * classes)..((row + 1) * classes)];
                double largest = own.Max(), sum = own.Sum(value => Math.Exp(value - largest));
                expected += (Math.Log(sum) + largest - own[labels[row]]) / rows;
                for (int i = 0; i < classes; i++)
                {
                    double right = ((Math.Exp(own[i] - largest) / sum) - (i == labels[row] ? 1 : 0)) / rows;
                    if (Math.Abs(gradient[(row * classes) + i] - right) > 1e-6 / rows)
                        Assert.Fail($"{rows} x {classes}: gradient [{row}, {i}] is {gradient[(row * classes) + i]}, right {right}.");
                }
            }

            Assert.That(loss, Is.EqualTo(expected).Within(1e-6 * Math.Max(1, expected)), $"{rows} x {classes}");
        }
    }

    /// <summary>Whole numbers, so that every order of adding gives the same.</summary>
    private static void Dot(int length)
    {
        double[] ones = [.. Enumerable.Repeat(1.0, length)], ascending = [.. Enumerable.Range(1, length).Select(i => (double)i)];
        Assert.That(Reduction.Dot(ones, ascending), Is.EqualTo(length * (length + 1.0) / 2));
        Assert.That(DoubleVector.Dot(ones, ascending), Is.EqualTo(length * (length + 1.0) / 2));
    }

    private static void Largest(int length)
    {
        using var workers = new Workers(3) { ShareAll = true };
        float[] values = Values(length, 8);
        foreach (int place in (int[])[0, length / 2, length - 1])
        {
            values[place] = -1e9f * (place + 1);
            Assert.That(LargestMagnitude.Of(values, workers), Is.EqualTo(1e9f * (place + 1)));
            Assert.That(LargestMagnitude.Of(values, workers: null), Is.EqualTo(1e9f * (place + 1)));
        }

        values[length - 1] = float.NaN;
        Assert.That(LargestMagnitude.Of(values, workers), Is.NaN);
    }
}
