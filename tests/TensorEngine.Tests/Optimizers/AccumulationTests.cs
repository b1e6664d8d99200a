using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>Steps that every so many calls take, and norms of any power.</summary>
public sealed class AccumulationTests
{
    private static readonly Shape[] s_shapes = [[7, 9], [5], [33]];

    [Test]
    public void TheStepIsThatOfTheSumOverItsCalls([Values(1, 2, 4)] int calls)
    {
        ParameterStore added = NewStore(), whole = NewStore();
        var one = new Adam(added) { GradientOptions = { StepEvery = calls, Clear = true, ClipNorm = 2 } };
        var other = new Adam(whole) { GradientOptions = { Clear = true, ClipNorm = 2 } };
        for (int batch = 0; batch < 12; batch++)
        {
            Add(added, batch);
            Add(whole, batch);
            StepResult result = one.Step();
            bool isLast = batch % calls == calls - 1;
            Assert.That((result.Taken, result.IsAccumulating), Is.EqualTo((isLast, !isLast)));
            if (isLast)
            {
                other.GradientOptions.Scale = 1.0 / calls;
                Assert.That(other.Step().GradientNorm, Is.EqualTo(result.GradientNorm));
            }

            Bits.AssertSame(added.Gradients, whole.Gradients, $"gradients after batch {batch}");
            Bits.AssertSame(added.Values, whole.Values, $"values after batch {batch}");
        }

        Assert.That(one.StepCount(added.Parameters[0]), Is.EqualTo(12 / calls));
    }

    [Test]
    public void ACallThatCountsAllocatesNothing()
    {
        ParameterStore store = NewStore();
        var adam = new Adam(store) { GradientOptions = { StepEvery = 100 } };
        adam.Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        adam.Step();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void ASkippedStepStartsAnewAndAShorterIntervalTakesTheMeanOfWhatThereIs()
    {
        var store = new ParameterStore();
        Parameter parameter = store.Add("parameter", [1]);
        var sgd = new Sgd(store, new() { LearningRate = 1 }) { GradientOptions = { StepEvery = 3, SkipNonFinite = true, Clear = true } };
        bool[] taken = [.. new[] { 1, float.NaN, 1, 2, 4 }.Select(Give)];
        sgd.GradientOptions.StepEvery = 2;
        Assert.That(taken, Is.All.False);
        Assert.That(Give(6));
        Assert.That(parameter.Values[0], Is.EqualTo(-4f));

        bool Give(float gradient)
        {
            parameter.Gradients[0] += gradient;
            return sgd.Step().Taken;
        }
    }

    [Test]
    public void ARunThatIsSavedBetweenTwoStepsGoesOnWithItsSums([Values] bool isModified)
    {
        (ParameterStore through, Optimizer all, _) = Start();
        for (int batch = 0; batch < 11; batch++)
            Batch(through, all, batch);

        (ParameterStore before, Optimizer first, Checkpoint saved) = Start();
        for (int batch = 0; batch < 5; batch++)
            Batch(before, first, batch);
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("run.safetensors");
        saved.Save(path);
        (ParameterStore after, Optimizer second, Checkpoint loaded) = Start();
        after.Parameters[0].Gradients.Fill(7);
        loaded.Load(path);
        for (int batch = 5; batch < 11; batch++)
            Batch(after, second, batch);
        Bits.AssertSame(after.Values, through.Values, $"values");
        Bits.AssertSame(after.Gradients, through.Gradients, $"gradients");

        (ParameterStore, Optimizer, Checkpoint) Start()
        {
            ParameterStore store = NewStore();
            UpdateModifiers? modifiers = isModified ? new() { Cautious = true, UnitClipping = 0.3, PeakLearningRate = 1 } : null;
            var adam = new AdamW(store);
            adam.AddGroup([store.Parameters[0]], options => options with { Modifiers = modifiers });
            (adam.GradientOptions.StepEvery, adam.GradientOptions.Clear, adam.GradientOptions.NormPower) = (3, true, isModified ? 1 : 2);
            adam.GradientOptions.ClipNorm = 1;
            return (store, adam, new Checkpoint(store) { { "optimizer", adam } });
        }

        static void Batch(ParameterStore store, Optimizer optimizer, int batch)
        {
            Add(store, batch);
            optimizer.Step();
        }
    }

    [TestCase(1)]
    [TestCase(1.5)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(17)]
    [TestCase(double.PositiveInfinity)]
    public void TheNormIsThatOfItsPowerAndClips(double power)
    {
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            ParameterStore store = NewStore();
            Add(store, 3);
            store.Parameters[1].Gradients[2] = 0;
            double[] gradients = [.. store.Parameters.SelectMany(parameter => parameter.Gradients.ToArray()).Select(x => Math.Abs((double)x))];
            double right = double.IsInfinity(power) ? gradients.Max() : Math.Pow(gradients.Sum(x => Math.Pow(x, power)), 1 / power);
            var sgd = new Sgd(store, new() { LearningRate = 1 });
            float[] before = store.Values.ToArray();
            (sgd.GradientOptions.NormPower, sgd.GradientOptions.ClipNorm, sgd.GradientOptions.Scale) = (power, right / 8, 0.5);
            Assert.That(sgd.GradientNorm(), Is.EqualTo(right / 2).Within(1e-6 * right));
            Assert.That(sgd.Step().GradientNorm, Is.EqualTo(right / 2).Within(1e-6 * right));
            for (int i = 0; i < store.Values.Length; i++)
                Assert.That(before[i] - store.Values[i], Is.EqualTo(store.Gradients[i] / 8).Within(2e-5 * Math.Abs(store.Gradients[i]) + 3e-7));
        }
    }

    [TestCase(3)]
    [TestCase(1.5)]
    [TestCase(double.PositiveInfinity)]
    public void NormsOfHugeTinyAndNoGradientsAreFiniteAndNaNSpreads(double power)
    {
        var store = new ParameterStore();
        Parameter parameter = store.Add("parameter", [8]);
        var combined = new CombinedOptimizer(new Sgd(store)) { GradientOptions = { NormPower = power } };
        double count = double.IsInfinity(power) ? 1 : Math.Pow(8, 1 / power);
        foreach (float gradient in (float[])[3e38f, 1e-40f, 0, 1])
        {
            parameter.Gradients.Fill(gradient);
            Assert.That(combined.GradientNorm(), Is.EqualTo(count * gradient).Within(1e-6 * count * gradient));
        }

        parameter.Gradients[3] = float.NaN;
        Assert.That(combined.GradientNorm(), Is.NaN);
        parameter.Gradients[3] = float.NegativeInfinity;
        Assert.That(combined.GradientNorm(), Is.EqualTo(double.PositiveInfinity));
    }

    [Test]
    public void ValuesOutOfRangeAreRefused()
    {
        var options = new Adam(NewStore()).GradientOptions;
        Assert.That(() => options.NormPower = 0.5, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("NormPower is 0.5"));
        Assert.That(() => options.NormPower = double.NaN, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => options.StepEvery = 0, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("StepEvery is 0"));
    }

    [Test]
    public void AShardRefusesWhatItDoesNotKnow()
    {
        ParameterStore store = NewStore();
        var shard = new ParameterShard(store, 0, 2);
        var adam = new Adam(shard) { GradientOptions = { StepEvery = 2 } };
        Assert.That(() => shard.Take(1), Throws.InvalidOperationException.With.Message.Contains("StepEvery 2"));
        adam.GradientOptions.StepEvery = 1;
        Assert.That(() => adam.Options = new() { Modifiers = new() { Cautious = true } }, Throws.InvalidOperationException.With.Message.Contains("has parts"));
        adam.Options = new() { Modifiers = new() { PeakLearningRate = 1 } };
        shard.Take(1);
        Assert.That(adam.StepCount(store.Parameters[0]), Is.EqualTo(1));
    }

    private static ParameterStore NewStore()
    {
        var store = new ParameterStore();
        foreach (Shape shape in s_shapes)
            store.Add($"layer{store.Count}", shape);
        store.Freeze();
        var random = new Random(8);
        foreach (Parameter parameter in store.Parameters)
            FloatSamples.FillSpread(parameter.Values, random, -1, 0.5);
        return store;
    }

    // As a backward pass does: each batch is added to what is there.
    private static void Add(ParameterStore store, int batch)
    {
        var random = new Random(batch);
        foreach (Parameter parameter in store.Parameters)
        {
            float[] gradients = new float[parameter.Length];
            FloatSamples.FillSpread(gradients, random, -1, 0.5);
            for (int i = 0; i < gradients.Length; i++)
                parameter.Gradients[i] += gradients[i];
        }
    }
}
