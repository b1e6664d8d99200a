using NUnit.Framework;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Activations;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

/// <summary>Softmax by itself: against double arithmetic, within the documented error.</summary>
public sealed class SoftmaxTests
{
    private const double SoftmaxBound = 3;

    [TestCase(1, 1, 1.0)]
    [TestCase(50, 3, 10.0)]
    [TestCase(128, 10, 3.0)]
    [TestCase(3, 5000, 100.0)]
    public void ProbabilitiesAreThoseOfDoubleArithmetic(int rows, int classes, double scale)
    {
        var random = new Random(7);
        float[] logits = [.. Enumerable.Range(0, rows * classes).Select(_ => (float)((random.NextDouble() - 0.5) * scale))];
        float[] probabilities = new float[logits.Length], shared = new float[logits.Length];
        using var workers = new Workers(3) { ShareAll = true };

        Softmax.Probabilities(new(logits, rows, classes), new(probabilities, rows, classes));
        Softmax.Probabilities(new(logits, rows, classes), new(shared, rows, classes), workers);

        Bits.AssertSame(shared, probabilities, $"three threads");
        for (int row = 0; row < rows; row++)
        {
            double[] x = [.. logits.Skip(row * classes).Take(classes).Select(v => (double)v)];
            double largest = x.Max(), sum = x.Sum(v => Math.Exp(v - largest));
            for (int i = 0; i < classes; i++)
            {
                double error = Error(probabilities[row * classes + i], Math.Exp(x[i] - largest) / sum);
                Assert.That(error, Is.LessThanOrEqualTo(SoftmaxBound + (largest - x[i])), $"row {row}, class {i}");
            }
        }

        Assert.That(
            DocumentedText.Of("M:TensorEngine.Numerics.Activations.Softmax.Probabilities(TensorEngine.Numerics.ReadOnlyMatrixSpan,TensorEngine.Numerics.MatrixSpan,TensorEngine.Workers)"),
            Does.Contain($"Error at most {SoftmaxBound} + |x - max| ULP"));
    }

    [Test]
    public void ExtremeLogitsHaveProbabilitiesAndNaNIsNotHidden()
    {
        float[] output = new float[3];
        Softmax.Probabilities(new([3e38f, -3e38f, 0], 1, 3), new(output, 1, 3));
        Assert.That(output, Is.EqualTo(new float[] { 1, 0, 0 }));
        Softmax.Probabilities(new([1, float.NegativeInfinity, 1], 1, 3), new(output, 1, 3));
        Assert.That(output, Is.EqualTo(new float[] { 0.5f, 0, 0.5f }));
        foreach (float bad in (float[])[float.NaN, float.PositiveInfinity])
        {
            Softmax.Probabilities(new([1, bad, 1], 1, 3), new(output, 1, 3));
            Assert.That(output, Is.All.NaN);
        }

        Softmax.Probabilities(new([], 0, 3), new([], 0, 3));
    }

    [Test]
    public void WrongArgumentsAreNamedAndNothingIsWritten()
    {
        float[] target = [9, 9, 9, 9, 9, 9];
        Refusal.OfArgument<ArgumentException>("logits", () => Softmax.Probabilities(new([], 6, 0), new([], 6, 0)), "[6, 0]", "at least 1 class");
        Refusal.OfArgument<ArgumentException>(
            "logits", () => Softmax.Probabilities(new ReadOnlyMatrixSpan(new float[6], 3, 2).Transposed, new(target, 2, 3)), "2 floats apart");
        Refusal.OfArgument<ArgumentException>(
            "output", () => Softmax.Probabilities(new(new float[4], 1, 4), new(target, 1, 6)), "output is [1, 6], logits is [1, 4]");
        Assert.That(target, Is.All.EqualTo(9f));
    }

    private static double Error(float actual, double exact) =>
        Math.Abs(actual - exact) / Math.Max(Math.ScaleB(1, -149), Math.ScaleB(1, Math.ILogB(exact == 0 ? double.Epsilon : exact) - 23));
}
