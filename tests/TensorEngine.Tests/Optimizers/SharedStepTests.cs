using NUnit.Framework;
using TensorEngine.Averages;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Numerics;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>The bits do not depend on how many threads share the work.</summary>
[CancelAfter(60_000)]
public sealed class SharedStepTests
{
    private static readonly int[] s_threadCounts = [1, 2, 3, 8, 16];

    [Test]
    public void AStepHasTheSameBitsWithAnyNumberOfThreads(
        [ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer) =>
        AssertSameBits(optimizer.Make, [[5000], [31], [70, 100], []]);

    [Test]
    public void AStepOfAWholeParameterHasThemToo(
        [ValueSource(typeof(ParameterwiseCatalog), nameof(ParameterwiseCatalog.Cases))] ParameterwiseCase optimizer) =>
        AssertSameBits(optimizer.Make, [[70, 100], [33, 20]]);

    [Test]
    public void SoHasAStepThatClipsScalesAndClears()
    {
        AssertSameBits(
            parameters =>
            {
                var adam = new Adam(parameters);
                adam.AddGroup(parameters.Skip(1).Take(2), options => options with { LearningRate = 0.1, WeightDecay = 0.1 });
                (adam.GradientOptions.Scale, adam.GradientOptions.ClipNorm, adam.GradientOptions.Clear) = (0.5, 1e-3, true);
                return adam;
            },
            [[5000], [31], [70, 100], [40_000]]);
    }

    [Test]
    public void SoHasAStepOfWholeParametersThatClamps([Values] bool lars)
    {
        AssertSameBits(
            parameters =>
            {
                Optimizer optimizer = lars ? new Lars(parameters) : new Lamb(parameters);
                optimizer.GradientOptions.ClipValue = 0.01;
                return optimizer;
            },
            [[5000], [70, 100], [40_000]]);
    }

    [Test]
    public void SoHasAStepThatIsSkippedBecauseAScaledGradientOverflows()
    {
        AssertSameBits(
            parameters =>
            {
                var adam = new Adam(parameters);
                (adam.GradientOptions.SkipNonFinite, adam.GradientOptions.Clear, adam.GradientOptions.Scale) = (true, true, float.MaxValue);
                return adam;
            },
            [[5000], [70, 100], [40_000]]);
    }

    [Test]
    public void AnAverageHasTheSameBitsWithAnyNumberOfThreads()
    {
        float[] expected = Averaged(null);
        foreach (int threads in s_threadCounts)
        {
            using var workers = new Workers(threads) { ShareAll = true };

            Bits.AssertSame(Averaged(workers), expected, $"{threads} threads");
        }

        static float[] Averaged(Workers? workers)
        {
            var store = new ParameterStore();
            store.Add("weight", [5000]);
            store.Add("bias", [31]);
            store.Freeze();
            var average = new ExponentialMovingAverage(store, 0.9) { Workers = workers };
            var generator = new Philox(1);
            for (int i = 0; i < 3; i++)
            {
                generator.Normal(store.Values);
                average.Update();
            }

            float[] values = [.. store.Values];
            average.Swap();
            float[] averaged = [.. store.Values];
            average.Swap();
            Bits.AssertSame(store.Values, values, $"values that were swapped back");
            return averaged;
        }
    }

    [Test]
    public void ANormHasTheSameBitsWithAnyNumberOfThreads([Values(0, 1, 4096, 4097, 20_000, 100_001)] int length)
    {
        float[] values = new float[length];
        FloatSamples.FillSpread(values, new Random(20240301), -12, 6);
        double sum = Reduction.Sum(values);
        double squares = Reduction.SquaredNorm(values);
        foreach (int threads in s_threadCounts)
        {
            using var workers = new Workers(threads) { ShareAll = true };

            Assert.Multiple(() =>
            {
                Assert.That(Reduction.Sum(values, workers), Is.EqualTo(sum));
                Assert.That(Reduction.SquaredNorm(values, workers), Is.EqualTo(squares));
            });
        }
    }

    [Test]
    public void AFillHasTheSameBitsWithAnyNumberOfThreads([Values(0, 5, 63)] int skipped)
    {
        float[] expected = Draw(skipped, workers: null);
        foreach (int threads in s_threadCounts)
        {
            using var workers = new Workers(threads) { ShareAll = true };

            Bits.AssertSame(Draw(skipped, workers), expected, $"{threads} threads");
        }
    }

    [Test]
    public void ASharedStepAllocatesNothing()
    {
        using var workers = new Workers(2);
        var store = new ParameterStore();
        store.Add("weight", [1 << 20]);
        var adam = new Adam(store) { Workers = workers };
        adam.GradientOptions.ClipNorm = 1;
        long least = long.MaxValue;

        // The runtime makes what a lock needs at its first contention, which comes when it comes.
        for (int attempt = 0; attempt < 20 && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++)
                adam.Step();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(least, Is.Zero);
    }

    private static float[] Draw(int skipped, Workers? workers)
    {
        var generator = new Philox(42) { Position = skipped, Workers = workers };
        float[] values = new float[3 * 10_001];
        generator.Uniform(values.AsSpan(0, 10_001), -1, 3);
        generator.Normal(values.AsSpan(10_001, 10_001));
        Initialize.TruncatedNormal(values.AsSpan(20_002), generator);
        return values;
    }

    private static void AssertSameBits(Func<IEnumerable<Parameter>, Optimizer> make, Shape[] shapes)
    {
        ParameterStore expected = Train(make, shapes, workers: null, out float[] expectedState);
        foreach (int threads in s_threadCounts)
        {
            using var workers = new Workers(threads) { ShareAll = true };
            ParameterStore actual = Train(make, shapes, workers, out float[] actualState);

            Bits.AssertSame(actual.Values, expected.Values, $"values, {threads} threads");
            Bits.AssertSame(actual.Gradients, expected.Gradients, $"gradients, {threads} threads");
            Bits.AssertSame(actualState, expectedState, $"state, {threads} threads");
        }
    }

    private static ParameterStore Train(Func<IEnumerable<Parameter>, Optimizer> make, Shape[] shapes, Workers? workers, out float[] state)
    {
        var random = new Random(20240301);
        var store = new ParameterStore();
        foreach (Shape shape in shapes)
            store.Add($"parameter {store.Count}", shape);
        store.Freeze();
        foreach (Parameter parameter in store.Parameters)
            FloatSamples.FillSpread(parameter.Values, random, -3, 1);
        Optimizer optimizer = make(store.Parameters);
        optimizer.Workers = workers;
        for (int step = 0; step < 3; step++)
        {
            TestStore.FillGradients(store, random);
            optimizer.Step();
        }

        state =
        [
            .. from parameter in store.Parameters
            from name in optimizer.StateNames
            from value in optimizer.State(parameter, name).ToArray()
            select value,
        ];
        return store;
    }
}
