using NUnit.Framework;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Activations;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

/// <summary>ReLU, bias, softmax with cross-entropy.</summary>
public class LayerTests
{
    [Test]
    public void Relu_and_its_gradient_are_exact_at_every_width_and_length()
    {
        var random = new Random(5);
        for (int length = 0; length <= 257; length++)
        {
            float[] input = new float[length], gradient = new float[length];
            FloatSamples.FillSpread(input, random, -20, 20);
            FloatSamples.SprinkleSpecial(input, random);
            FloatSamples.FillSpread(gradient, random, -20, 20);
            float[] relu = [.. input.Select(x => float.IsNaN(x) ? x : x > 0 ? x : 0f)];
            float[] expected = [.. input.Zip(gradient, (x, g) => x <= 0 ? 0f : g)];
            foreach (int width in ForcedWidth.All)
            {
                using var forced = new ForcedWidth(width);
                float[] output = new float[length];
                Activation.Relu(input, output);
                Bits.AssertSame(output, relu, $"relu, width {width}, length {length}");
                float[] inPlace = [.. gradient];
                Activation.ReluGradient(output, inPlace, inPlace);
                Bits.AssertSame(inPlace, expected, $"gradient, width {width}, length {length}");
            }
        }
    }

    [Test]
    public void Bias_is_added_to_every_row()
    {
        float[] matrix = [1, 2, 3, 4, 5, 6];
        Bias.Add(new(matrix, 2, 3), [10, 20, 30], new(matrix, 2, 3));
        Assert.That(matrix, Is.EqualTo(new float[] { 11, 22, 33, 14, 25, 36 }));
    }

    [Test]
    public void Bias_has_the_same_bits_at_every_shape_and_on_threads(
        [Values(1, 2, 30, 257)] int rows, [Values(1, 3, 10, 16, 100, 256, 257)] int columns)
    {
        using var workers = new Workers(3) { ShareAll = true };
        var random = new Random(6);
        float[] matrix = new float[rows * columns], bias = new float[columns];
        FloatSamples.FillSpread(matrix, random, -3, 3);
        FloatSamples.FillSpread(bias, random, -3, 3);
        float[] expected = [.. matrix.Select((value, i) => value + bias[i % columns])];
        float[] shared = [.. matrix];

        Bias.Add(new(matrix, rows, columns), bias, new(matrix, rows, columns));
        Bias.Add(new(shared, rows, columns), bias, new(shared, rows, columns), workers);

        Bits.AssertSame(matrix, expected, $"{rows} x {columns}");
        Bits.AssertSame(shared, expected, $"{rows} x {columns}, three threads");
    }

    [Test]
    public void Rows_with_gaps_are_read_and_written_where_they_lie()
    {
        const int Rows = 5, Columns = 7;
        var random = new Random(14);
        float[] dense = [.. Enumerable.Range(0, Rows * Columns).Select(_ => random.NextSingle())], bias = dense[..Columns];
        float[] biased = new float[dense.Length], probabilities = new float[dense.Length], gradient = new float[dense.Length];
        int[] labels = [6, 0, 3, 3, 1];
        Bias.Add(new(dense, Rows, Columns), bias, new(biased, Rows, Columns));
        Softmax.Probabilities(new(dense, Rows, Columns), new(probabilities, Rows, Columns));
        double loss = Softmax.CrossEntropy(new(dense, Rows, Columns), labels, new(gradient, Rows, Columns));

        AssertSame(biased, (input, output) => Bias.Add(input, bias, output));
        AssertSame(probabilities, (input, output) => Softmax.Probabilities(input, output));
        AssertSame(gradient, (input, output) => Assert.That(Softmax.CrossEntropy(input, labels, output), Is.EqualTo(loss)));

        void AssertSame(float[] expected, Between apply)
        {
            float[] wide = [.. Enumerable.Repeat(-77f, Rows * 10)];
            for (int row = 0; row < Rows; row++)
                dense.AsSpan(row * Columns, Columns).CopyTo(wide.AsSpan(row * 10));
            var output = new MatrixSpan(wide, Rows, Columns, rowStride: 10);
            apply(output, output);
            for (int row = 0; row < Rows; row++)
            {
                Bits.AssertSame(output.Row(row), expected.AsSpan(row * Columns, Columns), $"row {row}");
                Assert.That(wide[(row * 10 + Columns)..(row * 10 + 10)], Is.All.EqualTo(-77f));
            }
        }
    }

    [TestCase(1, 2, 1.0)]
    [TestCase(128, 10, 3.0)]
    [TestCase(7, 1000, 20.0)]
    [TestCase(3, 5000, 100.0)]
    [TestCase(40, 3, 1e4)]
    public void Cross_entropy_and_its_gradient_agree_with_double_arithmetic(int rows, int classes, double scale)
    {
        var random = new Random(9);
        float[] logits = [.. Enumerable.Range(0, rows * classes).Select(_ => (float)((random.NextDouble() - 0.5) * scale))];
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(classes))];
        double expectedLoss = 0;
        double[] expectedGradient = new double[logits.Length];
        for (int i = 0; i < rows; i++)
        {
            double[] row = [.. logits.Skip(i * classes).Take(classes).Select(x => (double)x)];
            double largest = row.Max(), sum = row.Sum(x => Math.Exp(x - largest));
            expectedLoss += Math.Log(sum) - (row[labels[i]] - largest);
            for (int j = 0; j < classes; j++)
                expectedGradient[i * classes + j] = (Math.Exp(row[j] - largest) / sum - (j == labels[i] ? 1 : 0)) / rows;
        }

        expectedLoss /= rows;
        float[]? first = null;
        double firstLoss = 0;
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            float[] gradient = [.. logits];
            double loss = Softmax.CrossEntropy(new(gradient, rows, classes), labels, new(gradient, rows, classes));
            firstLoss = first is null ? loss : firstLoss;
            first ??= gradient;
            Assert.That(loss, Is.EqualTo(firstLoss), $"width {width}");
            Bits.AssertSame(gradient, first, $"width {width}");
        }

        Assert.That(firstLoss, Is.EqualTo(expectedLoss).Within(1e-6 * Math.Max(1, expectedLoss)));
        for (int i = 0; i < logits.Length; i++)
        {
            // The subtraction of the largest logit rounds once, at the logits' size.
            double tolerance = 4e-7 * Math.Max(1, scale / 10) * Math.Abs(expectedGradient[i]) + 1e-7 / rows;
            Assert.That((double)first![i], Is.EqualTo(expectedGradient[i]).Within(tolerance), $"element {i}");
        }
    }

    [TestCase(15f, 3.0590227e-7)]
    [TestCase(17f, 4.1399377e-8)]
    [TestCase(30f, 9.3576230e-14)]
    [TestCase(1f, 0.31326169)]
    public void The_loss_of_a_sure_row_is_right(float logit, double expected)
    {
        double tolerance = Math.Max(3e-7 * expected, 2.3e-16); // the sum is 1 and more, in double
        Assert.That(Softmax.CrossEntropy(new([logit, 0], 1, 2), [0], new(new float[2], 1, 2)), Is.EqualTo(expected).Within(tolerance));
        double mean = (Math.Log(2) + expected) / 2;
        Assert.That(Softmax.CrossEntropy(new([0, 0, 0, logit], 2, 2), [0, 1], new(new float[4], 2, 2)), Is.EqualTo(mean).Within(3e-7));
    }

    [Test]
    public void A_difference_of_logits_may_be_beyond_the_floats()
    {
        float[] gradient = [3e38f, -3e38f];
        Assert.That(Softmax.CrossEntropy(new(gradient, 1, 2), [1], new(gradient, 1, 2)), Is.EqualTo(2.0 * 3e38f));
        Assert.That(gradient, Is.EqualTo(new float[] { 1, -1 }));
    }

    [Test]
    public void Extreme_logits_are_safe_and_NaN_is_not_hidden()
    {
        float[] gradient = new float[3];
        Assert.That(Softmax.CrossEntropy(new([3e38f, -3e38f, 0], 1, 3), [0], new(gradient, 1, 3)), Is.Zero);
        Assert.That(gradient, Is.All.Zero);
        Assert.That(Softmax.CrossEntropy(new([1, float.NaN, 0], 1, 3), [0], new(gradient, 1, 3)), Is.NaN);
        Assert.That(gradient, Is.All.NaN);
    }

    [Test]
    public void Bad_input_is_named_and_changes_nothing()
    {
        float[] target = [9, 9, 9, 9, 9, 9];
        Refusal.Of<ArgumentOutOfRangeException>(() => Softmax.CrossEntropy(new(new float[6], 2, 3), [0, 3], new(target, 2, 3)), "labels[1] is 3");
        Refusal.Of<ArgumentOutOfRangeException>(() => Softmax.CrossEntropy(new(new float[6], 2, 3), [-1, 0], new(target, 2, 3)), "labels[0] is -1");
        Refusal.Of<ArgumentException>(() => Softmax.CrossEntropy(new(new float[6], 2, 3), [0, 0, 0, 0], new(target, 2, 3)), "logits is [2, 3], labels has 4");
        Refusal.Of<ArgumentException>(() => Softmax.CrossEntropy(new(new float[6], 2, 3), [], new(target, 2, 3)), "labels has 0");
        Refusal.Of<ArgumentException>(() => Softmax.CrossEntropy(new(new float[8], 2, 4), [0, 0], new(target, 2, 3)), "gradient is [2, 3]");
        Refusal.Of<ArgumentException>(() => Softmax.CrossEntropy(new(target.AsSpan(1, 4), 2, 2), [0, 0], new(target.AsSpan(0, 4), 2, 2)), "1 elements apart");
        Refusal.Of<ArgumentException>(() => Activation.Relu(new float[5], target), "output has 6 elements, input has 5");
        Refusal.Of<ArgumentException>(() => Activation.Relu(target.AsSpan(0, 4), target.AsSpan(2)), "overlaps");
        Refusal.Of<ArgumentException>(() => Activation.ReluGradient(new float[6], new float[5], target), "outputGradient has 5");
        Refusal.Of<ArgumentException>(() => Bias.Add(new(target, 2, 3), new float[4], new(target, 2, 3)), "bias has 4");
        Refusal.Of<ArgumentException>(() => Bias.Add(new(target, 2, 3), [], new(target, 2, 3)), "bias has 0");
        Refusal.Of<ArgumentException>(() => Bias.Add(new(target, 2, 3), target.AsSpan(0, 3), new(target, 2, 3)), "bias overlaps output");
        Assert.That(target, Is.All.EqualTo(9f));
    }

    private delegate void Between(ReadOnlyMatrixSpan input, MatrixSpan output);
}
