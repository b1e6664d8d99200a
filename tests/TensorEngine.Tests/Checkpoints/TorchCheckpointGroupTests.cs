using System.Text.Json;
using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Minimization;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>Runs that PyTorch 2.6 has begun with groups that keep different state, with several optimizers, or with L-BFGS.</summary>
public sealed class TorchCheckpointGroupTests
{
    private const int Steps = 5;

    /// <summary>As <see cref="TorchCheckpointTests"/>, but for optimizers whose steps amplify what was rounded.</summary>
    private const double MaximumUlp = 8;

    /// <summary>A weight comes back to almost 0 there: PyTorch's float32 is 36 units from its own float64.</summary>
    private const double MaximumUlpOfRmsProp = 40;

    private static readonly JsonElement s_recorded = Load();

    /// <summary>By the names of the recorded cases, each with all state that any of its groups needs.</summary>
    private static readonly Dictionary<string, Func<ParameterStore, Optimizer>> s_optimizers = new(StringComparer.Ordinal)
    {
        ["sgd"] = store => WithBias(new Sgd(store, new SgdOptions { Momentum = 0.5 })),
        ["sgd_other"] = store => WithBias(new Sgd(store, new SgdOptions { Momentum = 0.5 })),
        ["adam"] = store => WithBias(new Adam(store, new AdamOptions { AmsGrad = true })),
        ["adam_other"] = store => WithBias(new Adam(store, new AdamOptions { AmsGrad = true })),
        ["rmsprop"] = store => WithBias(new RmsProp(store, new RmsPropOptions { Centered = true, Momentum = 0.1 })),
        ["nadam"] = store => WithBias(new NAdam(store)),
        ["adafactor"] = store => WithBias(new Adafactor(store)),
    };

    public static IEnumerable<TestCaseData> Groups => Cases("groups");

    public static IEnumerable<TestCaseData> Minimizers => Cases("lbfgs");

    [TestCaseSource(nameof(Groups))]
    public void GroupsThatDifferGoOnHere(JsonElement recorded)
    {
        string name = recorded.GetProperty("name").GetString()!;
        ParameterStore store = TorchCheckpointTests.NewStore();
        Optimizer optimizer = s_optimizers[name](store);
        new Checkpoint(store) { { "optimizer", optimizer } }.Load(PathOf(name));
        float[] start = store.Values.ToArray();
        Assert.That(TorchCheckpointTests.Compare(store, recorded.GetProperty("saved"), start), Is.Zero);
        for (int step = Steps + 1; step <= 2 * Steps; step++)
        {
            TorchCheckpointTests.FillGradients(store, step);
            optimizer.Step();
        }

        double worst = TorchCheckpointTests.Compare(store, recorded.GetProperty("after"), start);
        TestContext.Out.WriteLine($"{name}: {worst:F2} ULP");
        Assert.That(worst, Is.LessThanOrEqualTo(optimizer is RmsProp ? MaximumUlpOfRmsProp : MaximumUlp));
    }

    [Test]
    public void EachGroupHasItsOwnOptions()
    {
        Adam first = LoadAdam("adam"), second = LoadAdam("adam_other");
        Assert.That(first.Groups.Select(group => group.Options.AmsGrad), Is.EqualTo(new[] { true, false }));
        Assert.That(first.Groups.Select(group => group.Options.WeightDecay), Is.EqualTo(new[] { 0, 0.1 }));
        Assert.That(second.Groups.Select(group => group.Options.AmsGrad), Is.EqualTo(new[] { false, true }));

        static Adam LoadAdam(string name)
        {
            ParameterStore store = TorchCheckpointTests.NewStore();
            var adam = (Adam)s_optimizers[name](store);
            new Checkpoint(store) { { "optimizer", adam } }.Load(PathOf(name));
            return adam;
        }
    }

    /// <summary>The script knows every case, and every case is known here.</summary>
    [Test]
    public void EveryRecordedCaseIsTested() => Assert.That(
        s_recorded.GetProperty("groups").EnumerateArray().Select(one => one.GetProperty("name").GetString()),
        Is.EquivalentTo(s_optimizers.Keys));

    /// <summary>PyTorch's vectors are float, ours double: that, and not a forgotten pair, is the difference.</summary>
    [TestCaseSource(nameof(Minimizers))]
    public void LbfgsGoesOnHere(JsonElement recorded)
    {
        string name = recorded.GetProperty("name").GetString()!;
        JsonElement after = recorded.GetProperty("after");
        ParameterStore store = TorchCheckpointTests.NewStore(), other = TorchCheckpointTests.NewStore();
        Lbfgs lbfgs = New(store), fresh = New(other);
        new Checkpoint(store) { { "optimizer", lbfgs } }.Load(PathOf(name));
        Checkpoint.LoadValues(PathOf(name), other, new() { Strict = false });
        Assert.That(lbfgs.Options.MaximumIterations, Is.EqualTo(2));
        fresh.Options.LearningRate = lbfgs.Options.LearningRate;
        fresh.Options.MaximumIterations = lbfgs.Options.MaximumIterations;
        fresh.Options.LineSearch = lbfgs.Options.LineSearch;
        Assert.That(TorchCheckpointTests.Compare(store, recorded.GetProperty("saved"), store.Values.ToArray()), Is.Zero);
        Assert.That(TorchCheckpointTests.Compare(other, recorded.GetProperty("saved"), store.Values.ToArray()), Is.Zero);
        for (int step = 0; step < Steps; step++)
        {
            lbfgs.Step(() => Loss(store));
            fresh.Step(() => Loss(other));
        }

        double worst = Difference(store, after);
        TestContext.Out.WriteLine($"{name}: {worst:E2}, without its state {Difference(other, after):E2}");
        Assert.That(worst, Is.LessThan(1e-5));
        Assert.That(Difference(other, after), Is.GreaterThan(100 * worst), "The state has made no difference.");

        static Lbfgs New(ParameterStore store) => new(store, new LbfgsOptions { HistorySize = 6 });
    }

    /// <summary>The vectors of L-BFGS have one parameter after the other; in another order they would be of other elements.</summary>
    [Test]
    public void LbfgsOverParametersInAnotherOrderIsRefused()
    {
        var store = new ParameterStore();
        store.Add("fc1.bias", [3]);
        store.Add("fc1.weight", [3, 4]);
        var checkpoint = new Checkpoint(store) { { "optimizer", new Lbfgs(store, new LbfgsOptions { HistorySize = 6 }) } };
        Support.Refusal.Of<CheckpointMismatchException>(
            () => checkpoint.Load(PathOf("lbfgs")), "fc1.weight, fc1.bias, in that order", "the order here is fc1.bias, fc1.weight");
        Assert.That(store.Values.ToArray(), Is.All.Zero);
    }

    [Test]
    public void SeveralOptimizersAreSeveralParts()
    {
        JsonElement recorded = s_recorded.GetProperty("several");
        ParameterStore store = TorchCheckpointTests.NewStore();
        var muon = new Muon([store["fc1.weight"]]);
        var adamw = new AdamW([store["fc1.bias"]]);
        new Checkpoint(store) { { "muon", muon }, { "adamw", adamw } }.Load(PathOf("muon"));
        float[] start = store.Values.ToArray();
        Assert.That(TorchCheckpointTests.Compare(store, recorded.GetProperty("saved"), start), Is.Zero);
        var expected = new MuonOptions
        {
            LearningRate = 0.02,
            WeightDecay = 0.05,
            Momentum = 0.9,
            Nesterov = false,
            NewtonSchulzCoefficients = new(3, -4, 2),
            NewtonSchulzSteps = 4,
            Epsilon = 1e-6,
            RateAdjustment = MuonRateAdjustment.MatchRmsAdamW,
        };
        Assert.That(muon.Options, Is.EqualTo(expected));
        Assert.That(muon.StepCount(store["fc1.weight"]), Is.EqualTo(1));

        ParameterStore gradients = TorchCheckpointTests.NewStore();
        float[] average = new float[12];
        for (int step = 1; step <= Steps; step++)
        {
            TorchCheckpointTests.FillGradients(gradients, step);
            for (int i = 0; i < average.Length; i++)
                average[i] += 0.1f * (gradients["fc1.weight"].Gradients[i] - average[i]);
        }

        Assert.That(muon.State(store["fc1.weight"], "momentum_buffer").ToArray(), Is.EqualTo(average).Within(1e-6));
        for (int step = Steps + 1; step <= 2 * Steps; step++)
        {
            TorchCheckpointTests.FillGradients(store, step);
            adamw.Step();
        }

        Assert.That(TorchCheckpointTests.Compare(store, recorded.GetProperty("after"), start), Is.LessThanOrEqualTo(MaximumUlp));
        muon.Step();
    }

    /// <summary>The loss of <c>record_checkpoint_groups.py</c>.</summary>
    private static double Loss(ParameterStore store)
    {
        double loss = 0;
        foreach (Parameter parameter in store.Parameters)
        {
            for (int i = 0; i < parameter.Length; i++)
            {
                double curvature = 1 + (i % 3), distance = parameter.Values[i] - (((i % 7) - 3) / 4.0);
                loss += curvature * distance * distance / 2;
                parameter.Gradients[i] = (float)(curvature * distance);
            }
        }

        return loss;
    }

    private static double Difference(ParameterStore store, JsonElement recorded) => store.Parameters
        .SelectMany(parameter => parameter.Values.ToArray().Zip(
            recorded.GetProperty(parameter.Name).EnumerateArray(), (ours, theirs) => Math.Abs(ours - theirs.GetSingle())))
        .Max();

    private static Optimizer<TOptions> WithBias<TOptions>(Optimizer<TOptions> optimizer)
        where TOptions : OptimizerOptions
    {
        optimizer.AddGroup(parameter => parameter.Shape.Rank == 1, options => options);
        return optimizer;
    }

    private static IEnumerable<TestCaseData> Cases(string kind) => s_recorded.GetProperty(kind).EnumerateArray()
        .Select(one => new TestCaseData(one).SetArgDisplayNames(one.GetProperty("name").GetString()!));

    private static string PathOf(string name) => TorchCheckpointTests.PathOf($"torch_groups_{name}.safetensors");

    private static JsonElement Load()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(TorchCheckpointTests.PathOf("checkpoint_groups.json")));
        return document.RootElement.Clone();
    }
}
