using NUnit.Framework;
using TensorEngine.Numerics.Activations;
using TensorEngine.Numerics.Losses;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

/// <summary>The cross-entropy and its gradient keep to the documented errors, measured beside the definitions in double.</summary>
public sealed class CrossEntropyBoundTests
{
    private const int Ignored = -100;
    private const double GradientBound = 2.5;
    private const double LossBound = 2e-8;

    [Test]
    public void LossAndGradientKeepToTheirBounds(
        [Values(1, 2, 3, 10, 16, 17, 100, 5003)] int classes,
        [Values(1, 10, 100)] double scale,
        [Values(0, 0.1, 1)] double smoothing,
        [Values] LossReduction reduction)
    {
        int rows = classes > 1000 ? 3 : 61;
        var random = new Random(classes);
        float[] logits = [.. Enumerable.Range(0, rows * classes).Select(_ => (float)((random.NextDouble() - 0.5) * scale))];
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row % 7 == 6 ? Ignored : random.Next(classes))];
        float[] gradient = new float[logits.Length];
        double loss = Softmax.CrossEntropy(
            new(logits, rows, classes), labels, Ignored, smoothing, reduction, new(gradient, rows, classes));

        int counted = labels.Count(label => label != Ignored), divisor = reduction == LossReduction.Mean ? counted : 1;
        double exactLoss = 0, worst = 0;
        for (int row = 0; row < rows; row++)
        {
            if (labels[row] == Ignored)
                continue;
            double[] x = [.. logits.Skip(row * classes).Take(classes).Select(value => (double)value)];
            double largest = x.Max(), sum = x.Sum(value => Math.Exp(value - largest));
            for (int i = 0; i < classes; i++)
            {
                double label = smoothing / classes + (i == labels[row] ? 1 - smoothing : 0), probability = Math.Exp(x[i] - largest) / sum;
                exactLoss += label * (largest - x[i] + Math.Log(sum)) / divisor;
                double size = Math.Max(probability, label) / divisor;
                double error = Ulp.Error(gradient[row * classes + i], (probability - label) / divisor, size);
                worst = Math.Max(worst, error - (largest - x[i]));
            }
        }

        double lossError = Math.Abs(loss - exactLoss) / (exactLoss + counted / divisor);
        TestContext.Out.WriteLine($"{worst:0.00} ULP, loss {lossError}");
        Assert.That(worst, Is.LessThanOrEqualTo(GradientBound));
        Assert.That(lossError, Is.LessThanOrEqualTo(LossBound));
    }

    [Test]
    public void TheDocumentationStatesTheBounds() => Assert.That(
        DocumentedText.Of(
            "M:TensorEngine.Numerics.Activations.Softmax.CrossEntropy(TensorEngine.Numerics.ReadOnlyMatrixSpan,System.ReadOnlySpan{System.Int32},"
            + "TensorEngine.Numerics.MatrixSpan,TensorEngine.Workers)"),
        Does.Contain($"Error of the loss at most 2e-8 of 1 + loss, of a gradient at most {GradientBound} + |x - max| ULP"));
}
