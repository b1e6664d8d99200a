using System.Text.Json;
using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>Runs go on here that PyTorch has begun, and there that began here, as samples/PyTorch/tensorengine_checkpoint.py takes them over.</summary>
public sealed class TorchCheckpointTests
{
    private const int Steps = 5;

    private static readonly JsonElement s_recorded = Load();

    /// <summary>The optimizers by the names of the recorded cases, made as there but for what can be set afterwards.</summary>
    private static readonly Dictionary<string, Func<ParameterStore, Optimizer>> s_optimizers = new(StringComparer.Ordinal)
    {
        ["sgd"] = store => TwoGroups(new Sgd(store, new SgdOptions { Momentum = 0.5 }), store, new SgdOptions()),
        ["adam"] = store => TwoGroups(new Adam(store, new AdamOptions { AmsGrad = true }), store, new AdamOptions { AmsGrad = true }),
        ["adamw"] = store => TwoGroups(new AdamW(store), store, new AdamWOptions()),
        ["adagrad"] = store => TwoGroups(
            new AdaGrad(store, new AdaGradOptions { InitialAccumulatorValue = 0.5 }), store, new AdaGradOptions { InitialAccumulatorValue = 0.5 }),
        ["rmsprop"] = store => TwoGroups(
            new RmsProp(store, new RmsPropOptions { Centered = true, Momentum = 0.1 }), store, new RmsPropOptions { Centered = true }),
        ["rprop"] = store => TwoGroups(new Rprop(store), store, new RpropOptions()),
        ["asgd"] = store => TwoGroups(new Asgd(store), store, new AsgdOptions()),
        ["adadelta"] = store => TwoGroups(new Adadelta(store), store, new AdadeltaOptions()),
    };

    public static IEnumerable<TestCaseData> FromTorch => s_recorded.GetProperty("fromTorch").EnumerateArray()
        .Select(entry => new TestCaseData(entry).SetArgDisplayNames(entry.GetProperty("kind").GetString()!));

    /// <summary>
    /// Each step rounds in other places than PyTorch 1.13, whose first moment forgets by the float nearest to beta1: at most so many units,
    /// of the value or its whole path if that is larger.
    /// </summary>
    private const double MaximumUlp = 5;

    [TestCaseSource(nameof(FromTorch))]
    public void WhatPyTorchHasBegunGoesOnHere(JsonElement recorded)
    {
        string name = recorded.GetProperty("name").GetString()!;
        ParameterStore store = NewStore();
        Optimizer optimizer = s_optimizers[name](store);
        new Checkpoint(store) { { "optimizer", optimizer } }.Load(PathOf($"torch_{name}.safetensors"));
        float[] start = store.Values.ToArray();
        for (int step = Steps + 1; step <= 2 * Steps; step++)
        {
            FillGradients(store, step);
            optimizer.Step();
        }

        double worst = Compare(store, recorded.GetProperty("after"), start);
        TestContext.Out.WriteLine($"{name}: {worst:F2} ULP");
        Assert.That(worst, Is.LessThanOrEqualTo(MaximumUlp));
    }

    [Test]
    public void WhatBeganHereGoesOnInPyTorch()
    {
        RecordedCheckpoint run = RecordedCheckpoint.Make();
        run.Checkpoint.Load(PathOf("tensorengine_adam.safetensors"));
        JsonElement recorded = s_recorded.GetProperty("toTorch");
        float[] start = run.Store.Values.ToArray();
        Assert.That(Compare(run.Store, recorded.GetProperty("loaded"), start), Is.Zero, "what PyTorch has loaded");
        for (int step = Steps + 1; step <= 2 * Steps; step++)
            run.Step(step);
        Assert.That(Compare(run.Store, recorded.GetProperty("after"), start), Is.LessThanOrEqualTo(MaximumUlp));
    }

    [Test]
    public void TheScriptKnowsEveryCase() =>
        Assert.That(s_recorded.GetProperty("fromTorch").EnumerateArray().Select(entry => entry.GetProperty("name").GetString()), Is.EquivalentTo(s_optimizers.Keys));

    /// <summary>Values of PyTorch's users, whatever else is in the file.</summary>
    [Test]
    public void ValuesOfPyTorchLoadByName()
    {
        ParameterStore store = NewStore();
        Assert.That(Checkpoint.LoadValues(PathOf("torch_adam.safetensors"), store).IsExactMatch);
        Assert.That(store["fc1.weight"].Values.ToArray(), Is.Not.All.Zero);
    }

    private static Optimizer<TOptions> TwoGroups<TOptions>(Optimizer<TOptions> optimizer, ParameterStore store, TOptions options)
        where TOptions : OptimizerOptions
    {
        optimizer.AddGroup([store["fc1.bias"]], _ => options);
        return optimizer;
    }

    internal static ParameterStore NewStore()
    {
        var store = new ParameterStore();
        store.Add("fc1.weight", [3, 4]);
        store.Add("fc1.bias", [3]);
        return store;
    }

    internal static void FillGradients(ParameterStore store, int step)
    {
        store.Freeze();
        foreach (Parameter parameter in store.Parameters)
        {
            for (int i = 0; i < parameter.Length; i++)
                parameter.Gradients[i] = ((step * 7 + i * 3) % 11 - 5) / 16f;
        }
    }

    internal static double Compare(ParameterStore store, JsonElement recorded, ReadOnlySpan<float> start)
    {
        double worst = 0;
        foreach (Parameter parameter in store.Parameters)
        {
            float[] torch = [.. recorded.GetProperty(parameter.Name).EnumerateArray().Select(number => number.GetSingle())];
            for (int i = 0; i < torch.Length; i++)
            {
                double path = Math.Abs(parameter.Values[i] - start[parameter.Offset + i]);
                worst = Math.Max(worst, Ulp.Error(parameter.Values[i], torch[i], Math.Max(Math.Abs(torch[i]), path)));
            }
        }

        return worst;
    }

    internal static string PathOf(string name) => Path.Combine(TestContext.CurrentContext.TestDirectory, "Goldens", name);

    private static JsonElement Load()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(PathOf("checkpoints.json")));
        return document.RootElement.Clone();
    }
}
