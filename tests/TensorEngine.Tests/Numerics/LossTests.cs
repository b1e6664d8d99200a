using System.Globalization;
using NUnit.Framework;
using TensorEngine.Numerics.Losses;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

/// <summary>Losses and their gradients: double arithmetic, PyTorch's recordings, the same bits everywhere.</summary>
public sealed class LossTests
{
    private static readonly LossCase[] s_cases =
    [
        new("mse")
        {
            Bound = 1.5,
            Value = (x, y, _, reduction, workers) => Loss.SquaredError(x, y, reduction, workers),
            Gradient = (x, y, _, reduction, factor, dx, accumulate, workers) =>
                Loss.SquaredErrorGradient(x, y, reduction, factor, dx, accumulate, workers),
            Exact = (x, y, _) => (x - y) * (x - y),
            Slope = (x, y, _) => 2 * (x - y),
        },
        new("l1")
        {
            Bound = 0.5,
            Value = (x, y, _, reduction, workers) => Loss.AbsoluteError(x, y, reduction, workers),
            Gradient = (x, y, _, reduction, factor, dx, accumulate, workers) =>
                Loss.AbsoluteErrorGradient(x, y, reduction, factor, dx, accumulate, workers),
            Exact = (x, y, _) => Math.Abs(x - y),
            Slope = (x, y, _) => Math.Sign(x - y),
        },
        new("huber")
        {
            Bound = 1.5,
            Setting = 0.3,
            Value = Loss.Huber,
            Gradient = Loss.HuberGradient,
            Exact = Huber,
            Slope = (x, y, delta) => Math.Clamp(x - y, -delta, delta),
        },
        new("smooth_l1")
        {
            Bound = 2.5,
            Setting = 0.3,
            Value = Loss.SmoothAbsoluteError,
            Gradient = Loss.SmoothAbsoluteErrorGradient,
            Exact = (x, y, beta) => Huber(x, y, beta) / beta,
            Slope = (x, y, beta) => Math.Clamp((x - y) / beta, -1, 1),
        },
        new("bce")
        {
            Bound = 4,
            ValueBound = 2e-7,
            Setting = 3,
            Value = Loss.BinaryCrossEntropy,
            Gradient = Loss.BinaryCrossEntropyGradient,
            Exact = (x, y, weight) => (1 - y) * Softplus(x) + weight * y * Softplus(-x),
            Slope = (x, y, weight) => (1 - y) / (1 + Math.Exp(-x)) - weight * y / (1 + Math.Exp(x)),
        },
    ];

    [TestCaseSource(nameof(s_cases))]
    public void ValuesAndGradientsAreThoseOfDoubleArithmetic(LossCase one)
    {
        foreach (int length in (int[])[1, 17, 5003])
        {
            (float[] x, float[] y) = Samples(one, length);
            float[] gradient = new float[length];
            foreach (LossReduction reduction in Enum.GetValues<LossReduction>())
            {
                double scale = reduction == LossReduction.Mean ? length : 1;
                double exact = x.Zip(y, (a, b) => one.Exact(a, b, one.Setting)).Sum() / scale;
                Assert.That(one.Value(x, y, one.Setting, reduction), Is.EqualTo(exact).Within(100 * one.ValueBound).Percent);

                // The factor is a float, exactly, so that the bounds are those of the documentation.
                double factor = (float)(0.7 / scale) * scale;
                one.Gradient(x, y, one.Setting, reduction, factor, gradient);
                for (int i = 0; i < length; i++)
                {
                    double slope = one.Slope(x[i], y[i], one.Setting) * factor / scale;
                    double size = one.Name is "bce" ? LogisticSize(x[i], y[i], one.Setting) * factor / scale : Math.Abs(slope);
                    Assert.That(Ulp.Error(gradient[i], slope, size), Is.LessThanOrEqualTo(one.Bound), $"{x[i]}, {y[i]}");
                }
            }
        }
    }

    [TestCaseSource(nameof(s_cases))]
    public void TheBitsAreTheSameAtEveryWidthAndOnThreadsAndGradientsAreAdded(LossCase one)
    {
        foreach (int length in (int[])[0, 1, 33, 4097, 10_001])
        {
            (float[] x, float[] y) = Samples(one, length);
            float[] expected = new float[length], before = [.. Samples(one, length).Targets.Select(value => value + 1)];
            double value;
            using (new ForcedWidth(1))
            {
                value = one.Value(x, y, one.Setting, LossReduction.Sum);
                one.Gradient(x, y, one.Setting, LossReduction.Sum, 0.3, expected);
            }

            float[] sum = [.. before.Zip(expected, (left, right) => left + right)];
            foreach (int width in ForcedWidth.All)
            {
                using var forced = new ForcedWidth(width);
                Check(null, $"width {width}");
            }

            foreach (int threads in (int[])[1, 2, 3, 8, 16])
            {
                using var workers = new Workers(threads) { ShareAll = true };
                Check(workers, $"{threads} threads");
            }

            void Check(Workers? workers, string context)
            {
                float[] actual = [.. x], added = [.. before];
                Assert.That(one.Value(x, y, one.Setting, LossReduction.Sum, workers), Is.EqualTo(value), context);
                one.Gradient(actual, y, one.Setting, LossReduction.Sum, 0.3, actual, accumulate: false, workers);
                Bits.AssertSame(actual, expected, $"{context}, in place");
                one.Gradient(x, y, one.Setting, LossReduction.Sum, 0.3, added, accumulate: true, workers);
                Bits.AssertSame(added, sum, $"{context}, added");
            }
        }
    }

    [TestCase("mse mean", "mse", 1)]
    [TestCase("mse sum", "mse", 1)]
    [TestCase("l1 mean", "l1", 1)]
    [TestCase("huber 1 mean", "huber", 1)]
    [TestCase("huber 0.3 sum", "huber", 0.3)]
    [TestCase("smooth_l1 1 mean", "smooth_l1", 1)]
    [TestCase("smooth_l1 0.3 sum", "smooth_l1", 0.3)]
    [TestCase("smooth_l1 0 mean", "smooth_l1", 0)]
    [TestCase("bce mean 1.0", "bce", 1)]
    [TestCase("bce mean 3.0", "bce", 3)]
    [TestCase("bce sum 1.0", "bce", 1)]
    [TestCase("bce sum 3.0", "bce", 3)]
    public void PyTorchsResultsAreMetAndItsNaNAndInfinities(string recorded, string name, double setting)
    {
        LossCase one = s_cases.Single(candidate => string.Equals(candidate.Name, name, StringComparison.Ordinal));
        LossReduction reduction = recorded.Contains("sum", StringComparison.Ordinal) ? LossReduction.Sum : LossReduction.Mean;
        foreach (RecordedFunction function in RecordedFunction.Named(recorded))
        {
            float[] x = function.Inputs[0], gradient = new float[x.Length];
            function.AssertMet(0, [(float)one.Value(x, function.Inputs[1], setting, reduction)], "value", floor: 1e-6);
            one.Gradient(x, function.Inputs[1], setting, reduction, 1, gradient);
            function.AssertMet(1, gradient, "gradient", floor: 1.0 / x.Length);
        }
    }

    [TestCaseSource(nameof(s_cases))]
    public void WrongArgumentsAreNamedAndNothingIsWritten(LossCase one)
    {
        float[] target = [9, 9, 9, 9, 9, 9], x = new float[6];
        Refusal.OfArgument<ArgumentException>("target", () => one.Value(x, new float[5], 1, LossReduction.Mean), "has 5 elements, input has 6");
        Refusal.OfArgument<ArgumentOutOfRangeException>("reduction", () => one.Value(x, x, 1, (LossReduction)2), "reduction is 2");
        Refusal.OfArgument<ArgumentException>("target", () => one.Gradient(x, new float[5], 1, LossReduction.Sum, 1, target), "has 5");
        Refusal.OfArgument<ArgumentException>(
            "inputGradient", () => one.Gradient(new float[5], new float[5], 1, LossReduction.Sum, 1, target), "has 6 elements, input has 5");
        Refusal.OfArgument<ArgumentException>(
            "inputGradient", () => one.Gradient(target.AsSpan(1, 5), new float[5], 1, LossReduction.Sum, 1, target.AsSpan(0, 5)), "overlaps input");
        Refusal.OfArgument<ArgumentOutOfRangeException>("reduction", () => one.Gradient(x, x, 1, (LossReduction)(-1), 1, target), "is -1");
        if (one.Name is "huber" or "smooth_l1" or "bce")
        {
            Refusal.Of<ArgumentOutOfRangeException>(() => one.Value(x, x, double.NaN, LossReduction.Sum), "is NaN");
            Refusal.Of<ArgumentOutOfRangeException>(() => one.Gradient(x, x, double.NaN, LossReduction.Sum, 1, target), "is NaN");
        }

        Assert.That(target, Is.All.EqualTo(9f));
        Assert.That(one.Value([], [], 1, LossReduction.Mean), Is.NaN);
    }

    [TestCaseSource(nameof(s_cases))]
    public void ACallAllocatesNothing(LossCase one)
    {
        (float[] x, float[] y) = Samples(one, 9000);
        float[] gradient = new float[x.Length];
        using var workers = new Workers(2) { ShareAll = true };
        for (int i = 0; i < 3; i++)
            Call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Call();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Call()
        {
            one.Value(x, y, one.Setting, LossReduction.Mean, workers);
            one.Gradient(x, y, one.Setting, LossReduction.Mean, 1, gradient, accumulate: true, workers);
        }
    }

    private static (float[] Inputs, float[] Targets) Samples(LossCase one, int length)
    {
        var random = new Random(length);
        float[] x = [.. Enumerable.Range(0, length).Select(_ => (float)(4 * random.NextDouble() - 2))];
        float[] y = [.. x.Select(value => one.Name is "bce" ? random.Next(2) : value + (float)(random.NextDouble() - 0.5))];
        return (x, y);
    }

    private static double Huber(double x, double y, double delta)
    {
        double d = Math.Abs(x - y);
        return d <= delta ? d * d / 2 : delta * (d - delta / 2);
    }

    // The magnitudes of the slope's two terms.
    private static double LogisticSize(double x, double y, double weight) =>
        (1 - y) / (1 + Math.Exp(-x)) + weight * y / (1 + Math.Exp(x));

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    public sealed record LossCase(string Name)
    {
        public delegate double ValueFunction(
            ReadOnlySpan<float> input, ReadOnlySpan<float> target, double setting, LossReduction reduction, Workers? workers = null);

        public delegate void GradientFunction(
            ReadOnlySpan<float> input,
            ReadOnlySpan<float> target,
            double setting,
            LossReduction reduction,
            double outputGradient,
            Span<float> inputGradient,
            bool accumulate = false,
            Workers? workers = null);

        public double Setting { get; init; } = 1;

        /// <summary>The documented error of the gradient, in ULP.</summary>
        public required double Bound { get; init; }

        /// <summary>The documented error of the value, beside it.</summary>
        public double ValueBound { get; init; } = 1e-13;

        public required ValueFunction Value { get; init; }

        public required GradientFunction Gradient { get; init; }

        public required Func<double, double, double, double> Exact { get; init; }

        public required Func<double, double, double, double> Slope { get; init; }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Setting}");
    }
}
