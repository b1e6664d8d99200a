using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Schedules;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>Several optimizers over one model are one: a step, a norm, a decision and a checkpoint's entry.</summary>
public sealed class CombinedOptimizerTests
{
    [Test]
    public void AStepIsOneOfEachWithoutAnyGradientOptions()
    {
        var (combined, alone) = (new Model(), new Model());
        CombinedOptimizer optimizer = combined.Combined();
        Optimizer[] parts = [alone.OfMatrix(), alone.OfBias()];
        for (int step = 0; step < 5; step++)
        {
            Assert.That(optimizer.Step(), Is.EqualTo(new StepResult(true, null)));
            foreach (Optimizer part in parts)
                part.Step();
        }

        Bits.AssertSame(combined.Store.Values, alone.Store.Values, $"values");
        Assert.That(optimizer.StepCount(combined.Bias), Is.EqualTo(5));
        Bits.AssertSame(optimizer.State(combined.Bias, "exp_avg"), parts[1].State(alone.Bias, "exp_avg"), $"values");
        Assert.That(optimizer.Parameters, Is.EqualTo(new[] { combined.Matrix, combined.Bias }));
        Assert.That(optimizer.StateNames, Is.EqualTo(new[] { "momentum_buffer", "exp_avg", "exp_avg_sq" }));
    }

    [Test]
    public void OneNormClipsAll()
    {
        var model = new Model();
        model.Matrix.Gradients.Clear();
        model.Bias.Gradients.Clear();
        (model.Matrix.Gradients[0], model.Bias.Gradients[1]) = (3, -4);
        var optimizer = new CombinedOptimizer(
            new Sgd([model.Matrix], new() { LearningRate = 1 }), new Sgd([model.Bias], new() { LearningRate = 1 }));
        optimizer.GradientOptions.ClipNorm = 1;
        (float matrix, float bias) = (model.Matrix.Values[0], model.Bias.Values[1]);

        Assert.That(optimizer.GradientNorm(), Is.EqualTo(5));
        Assert.That(optimizer.Step().GradientNorm, Is.EqualTo(5));
        Assert.Multiple(() =>
        {
            Assert.That(model.Matrix.Values[0] - matrix, Is.EqualTo(-0.6).Within(1e-6), "3 / 5, not 3 / 3");
            Assert.That(model.Bias.Values[1] - bias, Is.EqualTo(0.8).Within(1e-6));
        });
    }

    [Test]
    public void WhatIsNotFiniteInOneSkipsAll([Values(0, 1)] int where, [Values] bool clears)
    {
        var model = new Model();
        CombinedOptimizer optimizer = model.Combined();
        optimizer.GradientOptions.SkipNonFinite = true;
        optimizer.GradientOptions.Clear = clears;
        model.Store.Parameters[where].Gradients[1] = float.NaN;
        float[] values = model.Store.Values.ToArray();

        Assert.That(optimizer.Step().Taken, Is.False);
        Bits.AssertSame(model.Store.Values, values, $"values");
        Assert.That(model.Store.Parameters.Select(optimizer.StepCount), Is.All.Zero);
        Assert.That(model.Store.Gradients.ContainsAnyExcept(0f), Is.EqualTo(!clears));
    }

    [Test]
    public void APartIsNotSteppedAlone()
    {
        var model = new Model();
        Muon muon = model.OfMatrix();
        CombinedOptimizer optimizer = new(muon, model.OfBias());
        float[] values = model.Store.Values.ToArray();
        Refusal.Of<InvalidOperationException>(() => muon.Step(), "This Muon is part of a CombinedOptimizer", "call Step on that optimizer");
        Bits.AssertSame(model.Store.Values, values, $"values");

        Refusal.OfArgument<ArgumentException>(
            "optimizers", () => _ = new CombinedOptimizer(muon), "already part of a CombinedOptimizer");
        Refusal.OfArgument<ArgumentException>("optimizer", () => _ = new Lookahead(muon), "already part of a CombinedOptimizer");
        Assert.That(optimizer.Step().Taken);
    }

    [Test]
    public void PartsThatCannotBeCombinedAreRefused()
    {
        var model = new Model();
        Refusal.OfArgument<ArgumentException>("optimizers", () => _ = new CombinedOptimizer(), "is empty");
        Refusal.OfArgument<ArgumentNullException>("optimizers", () => _ = new CombinedOptimizer([null!]));
        AdamW bias = model.OfBias();
        Refusal.OfArgument<ArgumentException>("optimizers", () => _ = new CombinedOptimizer(bias, bias), "twice");
        bias.GradientOptions.ClipNorm = 1;
        Refusal.OfArgument<ArgumentException>("optimizers", () => _ = new CombinedOptimizer(bias), "gradient options or workers of its own");
        bias.GradientOptions.ClipNorm = null;
        Assert.That(new CombinedOptimizer(bias, model.OfMatrix()).Step().Taken, "Refusals leave the parts as they were.");
    }

    [Test]
    public void ItIsOneEntryOfACheckpoint()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("run.safetensors");
        var (first, whole) = (new Model(), new Model());
        (CombinedOptimizer optimizer, CombinedOptimizer reference) = (first.Combined(), whole.Combined());
        optimizer.GradientOptions.ClipNorm = reference.GradientOptions.ClipNorm = 0.5;
        Train(first, optimizer, 3);
        Train(whole, reference, 6);
        new Checkpoint(first.Store) { { "optimizer", optimizer } }.Save(path);

        var second = new Model();
        CombinedOptimizer loaded = second.Combined();
        new Checkpoint(second.Store) { { "optimizer", loaded } }.Load(path);
        Assert.That(loaded.GradientOptions.ClipNorm, Is.EqualTo(0.5));
        Train(second, loaded, 3);
        Bits.AssertSame(second.Store.Values, whole.Store.Values, $"values");

        var other = new Model();
        var turned = new CombinedOptimizer(other.OfBias(), other.OfMatrix());
        Refusal.Of<CheckpointMismatchException>(() => new Checkpoint(other.Store) { { "optimizer", turned } }.Load(path), "kind");
        turned.Detach();
        var fewer = new CombinedOptimizer(other.OfMatrix());
        Refusal.Of<CheckpointMismatchException>(() => new Checkpoint(other.Store) { { "optimizer", fewer } }.Load(path), "has 1 parts");

        static void Train(Model model, CombinedOptimizer optimizer, int steps)
        {
            var schedule = new CosineAnnealing(steps: 10);
            for (int step = 0; step < steps; step++)
            {
                optimizer.ApplySchedule(schedule, optimizer.StepCount(model.Bias));
                optimizer.Step();
            }
        }
    }

    [Test]
    public void AScheduleReachesEveryPart()
    {
        var model = new Model();
        CombinedOptimizer optimizer = model.Combined();
        optimizer.ApplySchedule(new LambdaRate(_ => 0.5), 0);
        Assert.That(optimizer.Groups.Select(group => group.LearningRate), Is.EqualTo(new[] { 0.01, 0.0005 }));
    }

    [Test]
    public void DetachingFreesTheParametersOfAll()
    {
        var model = new Model();
        model.Combined().Detach();
        Assert.That(() => new Sgd(model.Store), Throws.Nothing);
    }

    /// <summary>A matrix and a bias, with values and gradients.</summary>
    private sealed class Model
    {
        public Model()
        {
            Matrix = Store.Add("matrix", [4, 6]);
            Bias = Store.Add("bias", [6]);
            Store.Freeze();
            var random = new Random(7);
            foreach (Parameter parameter in Store.Parameters)
            {
                FloatSamples.FillSpread(parameter.Values, random, -2, 1);
                FloatSamples.FillSpread(parameter.Gradients, random, -2, 1);
            }
        }

        public ParameterStore Store { get; } = new();

        public Parameter Matrix { get; }

        public Parameter Bias { get; }

        public CombinedOptimizer Combined() => new(OfMatrix(), OfBias());

        public Muon OfMatrix() => new([Matrix], new() { LearningRate = 0.02 });

        public AdamW OfBias() => new([Bias], new() { LearningRate = 0.001 });
    }
}
