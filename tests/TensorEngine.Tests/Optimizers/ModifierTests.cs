using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>Cautious steps, corrected decay, centralized and clipped units: with every rule, users' own among them.</summary>
public sealed class ModifierTests
{
    private static readonly Shape[] s_shapes = [[17], [5, 7], [16], [3, 2, 4], [1]];
    private static readonly UpdateModifiers s_all = new() { Cautious = true, CentralizeGradients = true, UnitClipping = 0.1, PeakLearningRate = 0.5 };

    /// <summary>All but those whose decay is a part of the rule, of which the oracle does not tell the step apart.</summary>
    public static IEnumerable<OptimizerCase> Cases => OptimizerCatalog.Cases.Where(one => DecayOf(one) == 0
        || one.Options is not (AdanOptions or AdoptOptions or AsgdOptions or ScheduleFreeOptions)
        && !one.Name.StartsWith("UserAdan", StringComparison.Ordinal));

    /// <summary>Those that step one element at a time, and those that find sums first.</summary>
    private static IEnumerable<(string Name, Func<IEnumerable<Parameter>, Optimizer> Make)> Modified =>
    [
        .. OptimizerCatalog.Rows.Select(row => row.Cases.Last())
            .Select(one => (one.Name, (Func<IEnumerable<Parameter>, Optimizer>)one.With("all", options => options with { Modifiers = s_all }).Make)),
        ("StableAdamW", store => new StableAdamW(store, new() { Modifiers = s_all })),
        ("Mars", store => new Mars(store, new() { Modifiers = s_all })),
        ("Prodigy", store => new Prodigy(store, new() { InitialDistance = 0.1, Modifiers = s_all })),
        ("DAdaptAdam", store => new DAdaptAdam(store, new() { InitialDistance = 0.1, Modifiers = s_all })),
        ("Lamb", store => new Lamb(store, new() { Modifiers = s_all with { Cautious = false } })),
    ];

    private static IEnumerable<TestCaseData> ModifiedCases => Modified.Select(one => new TestCaseData(one.Make).SetArgDisplayNames(one.Name));

    [TestCaseSource(nameof(Cases))]
    public void CautiousStepsFollowAlgorithm1(OptimizerCase optimizer)
    {
        // A rate at which no step is lost in the rounding of a value.
        optimizer = optimizer.With("large rate", options => options with { LearningRate = 0.05 });
        OptimizerCase cautious = optimizer.With("cautious", options => options with { Modifiers = new() { Cautious = true } });
        ParameterStore store = NewStore();
        Optimizer steps = cautious.Make(store.Parameters);
        double[][] states = [.. store.Parameters.SelectMany(parameter => Enumerable.Range(0, parameter.Length))
            .Select(_ => optimizer.States.Select(state => (double)state.Initial).ToArray())];
        double decay = DecayOf(optimizer);
        var row = OptimizerCatalog.Rows.First(one => optimizer.Name.StartsWith($"{one.Optimizer.Name}:", StringComparison.Ordinal));
        bool isCoupled = !row.DecouplesDecay;
        for (int step = 1; step <= 3; step++)
        {
            Fill(store, step);
            double[] before = [.. store.Parameters.SelectMany(parameter => parameter.Values.ToArray()).Select(x => (double)x)];
            steps.Step();
            int start = 0;
            foreach (Parameter parameter in store.Parameters)
            {
                double[] p = before[start..(start + parameter.Length)], u = new double[p.Length], g = new double[p.Length];
                for (int i = 0; i < p.Length; i++)
                {
                    double gradient = parameter.Gradients[i];
                    g[i] = optimizer.Options.Maximize ? -gradient : gradient;
                    if (isCoupled && decay != 0)
                        g[i] += decay * p[i];
                    double decayed = isCoupled ? p[i] : p[i] * (1 - optimizer.Options.LearningRate * decay);
                    u[i] = optimizer.StepOracle(p[i], gradient, states[start + i], step) - decayed;
                    p[i] = decayed;
                }

                int count = u.Zip(g, (x, y) => x * y < 0).Count(agrees => agrees);
                double factor = p.Length / (count + 1.0), largest = p.Concat(u).Max(Math.Abs);
                for (int i = 0; i < p.Length; i++)
                {
                    double right = u[i] * g[i] < 0 ? p[i] + factor * u[i] : p[i];
                    Assert.That(parameter.Values[i], Is.EqualTo(right).Within(3e-6 * (largest + Math.Abs(factor * u[i]))), $"{parameter}, {i}, step {step}");
                }

                start += parameter.Length;
            }
        }
    }

    [TestCaseSource(nameof(ModifiedCases))]
    public void BitsAreTheSameAtEveryWidthAndOnThreads(Func<IEnumerable<Parameter>, Optimizer> make)
    {
        float[]? expected = null;
        using var workers = new Workers(3) { ShareAll = true };
        foreach (int width in ForcedWidth.All)
        {
            foreach (Workers? shared in new[] { null, workers })
            {
                using var forced = new ForcedWidth(width);
                ParameterStore store = NewStore();
                Optimizer optimizer = make(store.Parameters);
                optimizer.Workers = shared;
                Run(store, optimizer, 4);
                expected ??= Everything(store, optimizer);
                Bits.AssertSame(Everything(store, optimizer), expected, $"width {width}, {(shared is null ? "one thread" : "threads")}");
            }
        }
    }

    [TestCaseSource(nameof(ModifiedCases))]
    public void AStepAllocatesNothingAndKeepsThePaddingZero(Func<IEnumerable<Parameter>, Optimizer> make)
    {
        ParameterStore store = NewStore();
        Optimizer optimizer = make(store.Parameters);
        Run(store, optimizer, 2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        optimizer.Step();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        foreach (Parameter parameter in store.Parameters)
        {
            Span<float> padding = store.Values.Slice(parameter.Offset + parameter.Length, parameter.PaddedLength - parameter.Length);
            Assert.That(padding.ToArray(), Is.All.Zero);
        }
    }

    [Test]
    public void ModifiersBelongToTheirGroup()
    {
        ParameterStore modified = NewStore(), plain = NewStore();
        var one = new AdamW(modified);
        one.AddGroup(modified.Parameters.Take(2), options => options with { Modifiers = s_all });
        var other = new AdamW(plain);
        Run(modified, one, 3);
        Run(plain, other, 3);
        for (int i = 0; i < s_shapes.Length; i++)
        {
            Assert.That(
                modified.Parameters[i].Values.SequenceEqual(plain.Parameters[i].Values), Is.EqualTo(i >= 2), $"{modified.Parameters[i]}");
        }
    }

    [Test]
    public void ACautiousSgdWhoseEveryStepAgreesMovesByNOverNPlusOne()
    {
        float[] values = [1, 2, 3, 4];
        Sgd.Update(new() { LearningRate = 0.5, Modifiers = new() { Cautious = true } }, 1, values, [1, -1, 2, 0]);
        Assert.That(values, Is.EqualTo(new float[] { 0.5f, 2.5f, 2, 4 }));
    }

    [Test]
    public void NaNIsNotHeldBack()
    {
        float[] values = [1, 2, 3];
        Sgd.Update(new() { LearningRate = 0.5, Modifiers = new() { Cautious = true } }, 1, values, [float.NaN, -1, 2]);
        Assert.That(values, Is.EqualTo(new[] { float.NaN, 2.5f, 2 }));
    }

    [TestCase(0.1, 0.5, 0.2)]
    [TestCase(0.5, 0.5, 0.2)]
    public void CorrectedDecayIsTheRatesSquareOverTheLargestOne(double rate, double peak, double decay)
    {
        float[] values = [3, -2], state0 = new float[2], state1 = new float[2];
        var options = new AdamWOptions { LearningRate = rate, WeightDecay = decay, Modifiers = new() { PeakLearningRate = peak } };
        AdamW.Update(options, 1, values, [0, 0], state0, state1);
        double kept = 1 - rate * rate / peak * decay;
        Assert.That(values, Is.EqualTo(new[] { 3 * kept, -2 * kept }).Within(1e-6));
    }

    [Test]
    public void GradientsAreCentralizedAndClippedAsRecorded([Values(1, 0.25)] double scale)
    {
        AssertGradients([4, 3, 2], new() { CentralizeGradients = true }, 1, "centralized");
        AssertGradients([4, 6], new() { UnitClipping = 0.01 }, scale, "clipped");

        void AssertGradients(Shape shape, UpdateModifiers modifiers, double scale, string recorded)
        {
            var store = new ParameterStore();
            Parameter parameter = store.Add("weight", shape);
            store.Freeze();
            for (int i = 0; i < parameter.Length; i++)
                (parameter.Values[i], parameter.Gradients[i]) = ((float)RecordedPapers.Of("weights")[i], (float)(RecordedPapers.Of("gradient")[i] / scale));
            var sgd = new Sgd(store, new() { LearningRate = 0, Modifiers = modifiers });
            sgd.GradientOptions.Scale = scale;
            sgd.Step();
            double[] right = [.. RecordedPapers.Of(recorded).Select(x => x / scale)];
            Assert.That(parameter.Gradients.ToArray(), Is.EqualTo(right).AsCollection.Within(1e-6 / scale));
        }
    }

    [Test]
    public void VectorsAreNotCentralizedAndAreOneUnit()
    {
        var store = new ParameterStore();
        Parameter bias = store.Add("bias", [3]);
        store.Freeze();
        new float[] { 3, 0, 4 }.CopyTo(bias.Gradients);
        new Sgd(store, new() { Modifiers = new() { CentralizeGradients = true, UnitClipping = 0.5, UnitNormFloor = 2 } }).Step();
        Assert.That(bias.Gradients.ToArray(), Is.EqualTo(new[] { 0.6f, 0, 0.8f }).Within(1e-6f));
    }

    [Test]
    public void WhatSeesWholeParametersRefusesCautiousSteps()
    {
        ParameterStore store = NewStore();
        var options = new LambOptions { Modifiers = new() { Cautious = true } };
        Assert.That(() => new Lamb(store, options), Throws.InvalidOperationException.With.Message.Contains("Modifiers.Cautious is true, but Lamb"));
        var lamb = new Lamb(NewStore());
        Assert.That(() => lamb.Options = options, Throws.InvalidOperationException);
    }

    [TestCase("UnitClipping", 0)]
    [TestCase("UnitClipping", double.NaN)]
    [TestCase("UnitNormFloor", 0)]
    [TestCase("PeakLearningRate", -1)]
    public void ValuesOutOfRangeAreRefused(string property, double value) =>
        Assert.That(
            () => typeof(UpdateModifiers).GetProperty(property)!.SetValue(new UpdateModifiers(), value),
            Throws.InnerException.TypeOf<ArgumentOutOfRangeException>().With.InnerException.Message.Contains(property));

    private static double DecayOf(OptimizerCase optimizer) =>
        optimizer.Options.GetType().GetProperty("WeightDecay")?.GetValue(optimizer.Options) is double decay ? decay : 0;

    private static ParameterStore NewStore()
    {
        var random = new Random(5);
        var store = new ParameterStore();
        foreach (Shape shape in s_shapes)
            store.Add($"layer{store.Count}.weight", shape);
        store.Freeze();
        foreach (Parameter parameter in store.Parameters)
            FloatSamples.FillSpread(parameter.Values, random, -1, 0.5);
        return store;
    }

    private static void Fill(ParameterStore store, int step)
    {
        var random = new Random(step);
        foreach (Parameter parameter in store.Parameters)
            FloatSamples.FillSpread(parameter.Gradients, random, -2, 0.5);
    }

    private static void Run(ParameterStore store, Optimizer optimizer, int steps)
    {
        for (int step = 1; step <= steps; step++)
        {
            Fill(store, step);
            optimizer.Step();
        }
    }

    private static float[] Everything(ParameterStore store, Optimizer optimizer) =>
    [
        .. store.Values, .. store.Gradients,
        .. store.Parameters.SelectMany(parameter => optimizer.StateNames.SelectMany(name => optimizer.State(parameter, name).ToArray())),
    ];
}
