using NUnit.Framework;
using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Optimizers;

/// <summary>Averages forget by exactly what their options say, also those that keep little: gradients of 0 follow on a large one.</summary>
public sealed class ShortMemoryTests
{
    private const int Zeros = 8;

    // A unit for each product with what is kept: half for its rounding, half for the float nearest to it.
    private const double Units = 2 * Zeros + 2;

    [TestCase(0.01)]
    [TestCase(0.0366)]
    [TestCase(0.0767)]
    [TestCase(0.3)]
    [TestCase(0.49999)]
    [TestCase(0.5)]
    [TestCase(0.9)]
    public void AMomentDecaysByItsBeta(double beta)
    {
        float[] values = [0], first = [0], second = [0];
        var options = new AdamOptions { Beta1 = beta, Beta2 = beta, Epsilon = 1e-16 };
        for (int step = 1; step <= 1 + Zeros; step++)
            Adam.Update(options, step, values, [step == 1 ? 1e6f : 0], first, second);

        double kept = (1 - beta) * Math.Pow(beta, Zeros);
        Assert.Multiple(() =>
        {
            Assert.That(first[0], Is.EqualTo(1e6 * kept).Within(Units * Math.ScaleB(1e6 * kept, -24)), "first");
            Assert.That(second[0], Is.EqualTo(1e12 * kept).Within(Units * Math.ScaleB(1e12 * kept, -24)), "second");
        });
    }
}
