using NUnit.Framework;
using TensorEngine.Minimization;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Minimization;

/// <summary>NumericalGradient, GradientCheck, and minimizing without a gradient.</summary>
public sealed class GradientTests
{
    [Test]
    public void DifferencesAreNearTheGradient([Values(1e-9, 1, 1e9)] double unit)
    {
        double[] point = [-1.2 * unit, unit, 0.3 * unit], gradient = new double[3], expected = new double[3];
        var numerical = new NumericalGradient(x => Rosenbrock(x, unit, new double[3]), point);
        double value = numerical.Evaluate(point, gradient);
        Assert.That(value, Is.EqualTo(Rosenbrock(point, unit, expected)));
        Assert.That(gradient, Is.EqualTo(expected).Within(1e-8 * 215 / unit));
    }

    [Test]
    public void DifferencesStayWithinBoundsAndWhereTheFunctionIsDefined()
    {
        var bounds = new Bounds([0, 0, 2], [1, 1, 2]);
        double[] gradient = new double[3];
        var numerical = new NumericalGradient(
            x =>
            {
                Assert.That(x[0] is >= 0 and <= 1 && x[1] is >= 0 and <= 1 && x[2] == 2);
                return Math.Exp(x[0]) + Math.Sin(x[1]) + x[2];
            },
            [0.5, 0.5, 2],
            bounds);
        numerical.Evaluate([0, 1, 2], gradient);
        Assert.That(gradient, Is.EqualTo(new[] { 1, Math.Cos(1), 0 }).Within(1e-9));
        var root = new NumericalGradient(x => x[0] < 1 ? double.NaN : Math.Pow(x[0], 1.5), [1]);
        root.Evaluate([1], gradient.AsSpan(0, 1));
        Assert.That(gradient[0], Is.EqualTo(1.5).Within(1e-9));
        Assert.That(root.Evaluate([0.5], gradient.AsSpan(0, 1)), Is.NaN);
        Assert.That(gradient[0], Is.NaN);
        Refusal.OfArgument<ArgumentException>("point", () => root.Evaluate([1, 2], new double[1]), "point has 2", "typical has 1");
        Refusal.OfArgument<ArgumentException>("typical", () => _ = new NumericalGradient(_ => 0, []), "empty");
    }

    [Test]
    public void MinimaAreFoundWithoutAGradient()
    {
        MinimizerResult result = Minimizer.Minimize(x => Rosenbrock(x, 1, new double[x.Length]), [-1.2, 1]);
        Assert.That((result.Converged, result.Iterations), Is.EqualTo((true, 37L)).Within(10));
        Assert.That(result.Point, Is.All.EqualTo(1).Within(1e-6));
        var bounds = new Bounds([-2, -2], [0.5, 2]);
        result = Minimizer.Minimize(x => Rosenbrock(x, 1, new double[x.Length]), [-1.2, 1], new() { Bounds = bounds });
        Assert.That(result.Converged);
        Assert.That(result.Point, Is.EqualTo(new[] { 0.5, 0.25 }).Within(1e-9));
    }

    [Test]
    public void CancellationEndsBetweenTwoCallsOfTheFunction()
    {
        for (int last = 1; last < 60; last++)
        {
            using var source = new CancellationTokenSource();
            int calls = 0;
            MinimizerResult result = Minimizer.Minimize(
                x =>
                {
                    if (++calls == last)
                        source.Cancel();
                    return Rosenbrock(x, 1, new double[2]);
                },
                [-1.2, 1],
                cancellationToken: source.Token);
            Assert.That((calls, result.Reason, result.Converged), Is.EqualTo((last, StopReason.Cancelled, false)));
        }
    }

    [Test]
    public void AWrongComponentIsNamed()
    {
        GradientCheckResult right = GradientCheck.Run(TestFunctions.Rosenbrock, [-1.2, 1, 0, 3]);
        Assert.That((right.Passed, right.Row), Is.EqualTo((true, (int?)null)));
        right.ThrowIfWrong();
        GradientCheckResult wrong = GradientCheck.Run(HalfOfOne, [-1.2, 1, 0, 3]);
        Assert.That((wrong.Passed, wrong.Worst, wrong.Given), Is.EqualTo((false, 1, 156.0)));
        Assert.That(wrong.Expected, Is.EqualTo(312).Within(1e-9));
        Assert.That(wrong.RelativeError, Is.EqualTo(0.5).Within(1e-9));
        Assert.That(wrong.ToString(), Does.StartWith("gradient[1] is 156, differences give 312"));
        Assert.That(wrong.ToString(), Does.EndWith("a relative error of 0.5, above 1E-06"));
        Refusal.Of<InvalidOperationException>(wrong.ThrowIfWrong, "gradient[1] is 156");
        Assert.That(GradientCheck.Run((_, g) => { g[0] = double.NaN; return 0; }, [1]).RelativeError, Is.EqualTo(double.PositiveInfinity));

        static double HalfOfOne(ReadOnlySpan<double> x, Span<double> gradient)
        {
            double value = TestFunctions.Rosenbrock(x, gradient);
            gradient[1] /= 2;
            return value;
        }
    }

    [Test]
    public void SmallErrorsAreFoundAtAnyUnit([Values(1e-12, 1, 1e12)] double unit, [Values(1e-3, 1e-5)] double error)
    {
        double[] point = [2 * unit, -3 * unit];
        GradientCheckResult result = GradientCheck.Run(
            (x, gradient) =>
            {
                double first = x[0] / unit, second = x[1] / unit;
                gradient[0] = (Math.Exp(first) + second) / unit;
                gradient[1] = first / unit * (1 + error);
                return Math.Exp(first) + first * second;
            },
            point);
        Assert.That((result.Passed, result.Worst), Is.EqualTo((false, 1)));
        Assert.That(result.RelativeError, Is.EqualTo(error).Within(1).Percent);
    }

    [Test]
    public void JacobiansAreChecked()
    {
        Residuals residuals = (x, r) => (r[0], r[1], r[2]) = (x[0] * x[1], Math.Exp(x[0]), x[1]);
        Jacobian right = (x, j) => (j[0], j[1], j[2], j[5]) = (x[1], x[0], Math.Exp(x[0]), 1);
        Assert.That(GradientCheck.Run(residuals, 3, right, [0.5, 2]).Passed);
        Jacobian wrong = (x, j) => (j[0], j[1], j[2], j[4]) = (x[1], x[0], Math.Exp(x[0]), 1);
        GradientCheckResult result = GradientCheck.Run(residuals, 3, wrong, [0.5, 2]);
        Assert.That((result.Passed, result.Row, result.RelativeError), Is.EqualTo((false, (int?)2, 1.0)).Within(1e-9));
        Assert.That(result.ToString(), Does.StartWith("jacobian[2, "));
        Refusal.OfArgument<ArgumentOutOfRangeException>("tolerance", () => GradientCheck.Run(residuals, 3, right, [1, 2], -1), "-1");
        Refusal.OfArgument<ArgumentException>("point", () => GradientCheck.Run(residuals, 3, right, [double.NaN]), "point[0] is NaN");
    }

    [Test]
    public void GradientsOfParametersAreChecked([Values(-1, 0, 7)] int wrong)
    {
        // A layer of 3 x 2 with tanh over four samples, in floats; element 7 is the second bias.
        var store = new ParameterStore();
        Parameter weight = store.Add("layer/weight", [3, 2]), bias = store.Add("layer/bias", [2]), frozen = store.Add("frozen", [2]);
        store.Freeze();
        float[] values = [0.3f, -0.2f, 0.5f, 0.1f, -0.7f, 0.4f], x = [1, 2, 3, -1, 0.5f, 0.2f, 0, 1, -2, 0.1f, 0.2f, 0.3f];
        values.CopyTo(weight.Values);
        (bias.Values[0], bias.Values[1], frozen.Gradients[0]) = (0, 0.25f, 5);
        frozen.Trainable = false;
        float[] before = store.Values.ToArray();
        int calls = 0;

        GradientCheckResult result = GradientCheck.Run(store, Loss);

        Assert.That(store.Values.ToArray(), Is.EqualTo(before), "as they were");
        Assert.That(frozen.Gradients[0], Is.EqualTo(5), "frozen");
        Assert.That(calls, Is.EqualTo(1 + 30 * 8));
        Assert.That(result.Passed, Is.EqualTo(wrong < 0), $"{result}");
        TestContext.Out.WriteLine(result);
        if (wrong < 0)
            return;
        (string name, int element) = wrong < 6 ? ("layer/weight", wrong) : ("layer/bias", wrong - 6);
        Assert.That((result.Parameter, result.Worst, result.Row), Is.EqualTo((name, element, (int?)null)));
        Assert.That(result.RelativeError, Is.EqualTo(0.05 / 1.05).Within(10).Percent);
        Assert.That(result.ToString(), Does.StartWith($"gradient of \"{name}\"[{element}] is "));

        double Loss()
        {
            calls++;
            float loss = 0;
            for (int sample = 0; sample < 4; sample++)
            {
                for (int j = 0; j < 2; j++)
                {
                    float sum = bias.Values[j];
                    for (int i = 0; i < 3; i++)
                        sum += x[3 * sample + i] * weight.Values[2 * i + j];
                    float y = MathF.Tanh(sum), difference = y - 0.1f * sample, slope = 2 * difference * (1 - y * y);
                    loss += difference * difference;
                    bias.Gradients[j] += slope;
                    for (int i = 0; i < 3; i++)
                        weight.Gradients[2 * i + j] += slope * x[3 * sample + i];
                }
            }

            if (wrong >= 0)
                store.Gradients[wrong < 6 ? wrong : bias.Offset + wrong - 6] *= 1.05f;
            return loss;
        }
    }

    [Test]
    public void DifferencesOfParametersAreTakenBetweenFloats()
    {
        var store = new ParameterStore();
        Parameter only = store.Add("only", [2]);
        store.Freeze();
        (only.Values[0], only.Values[1]) = (0.1f, -0.7f);
        GradientCheckResult result = GradientCheck.Run(store, () =>
        {
            (only.Gradients[0], only.Gradients[1]) = (3, 2.9f);
            return 3.0 * only.Values[0] + 3.0 * only.Values[1];
        });
        Assert.That((result.Worst, result.Passed), Is.EqualTo((1, false)));
        Assert.That(result.Expected, Is.EqualTo(3).Within(1e-13), "as wide as the floats are apart");
    }

    [Test]
    public void ChecksOfParametersThatCannotBeAreRefused()
    {
        var store = new ParameterStore();
        Parameter only = store.Add("only", [2]);
        store.Freeze();
        Refusal.OfArgument<ArgumentNullException>("store", () => GradientCheck.Run(null!, () => 0));
        Refusal.OfArgument<ArgumentNullException>("closure", () => GradientCheck.Run(store, null!));
        Refusal.OfArgument<ArgumentOutOfRangeException>("tolerance", () => GradientCheck.Run(store, () => 0, double.NaN), "NaN");
        (only.Values[0], only.Values[1]) = (3, float.NaN);
        Refusal.OfArgument<ArgumentException>("store", () => GradientCheck.Run(store, () => 0), "store[1] is NaN");
        only.Values[1] = 4;
        Refusal.Of<InvalidOperationException>(
            () => GradientCheck.Run(store, () => { only.Trainable = only.Values[0] == 3; return 0; }), "frozen \"only\"");
        Assert.That(only.Values.ToArray(), Is.EqualTo(new[] { 3f, 4 }), "as they were");
        only.Trainable = false;
        Refusal.OfArgument<ArgumentException>("store", () => GradientCheck.Run(store, () => 0), "no trainable parameter");
    }

    private static double Rosenbrock(ReadOnlySpan<double> x, double unit, double[] gradient)
    {
        double[] inner = [.. x.ToArray().Select(one => one / unit)];
        double value = TestFunctions.Rosenbrock(inner, gradient);
        for (int i = 0; i < gradient.Length; i++)
            gradient[i] /= unit;
        return value;
    }
}
