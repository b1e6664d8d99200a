using System.Reflection;
using System.Text.Json;
using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Files;
using TensorEngine.Minimization;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>No option is forgotten: what is saved are all properties, and loading sets all that can be set.</summary>
public sealed class OptionStateTests
{
    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<TestCaseData> Optimizers =>
    [
        .. OptimizerCatalog.Cases.Select(one => new TestCaseData((Func<IEnumerable<Parameter>, Optimizer>)one.Make).SetArgDisplayNames(one.Name)),
        .. ParameterwiseCatalog.Cases.Select(one => new TestCaseData((Func<IEnumerable<Parameter>, Optimizer>)one.Make).SetArgDisplayNames(one.Name)),
        new TestCaseData((Func<IEnumerable<Parameter>, Optimizer>)(parameters => new SparseAdam(parameters, new SparseAdamOptions { Beta1 = 0.3 })))
            .SetArgDisplayNames("SparseAdam"),
    ];

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [TestCaseSource(nameof(Optimizers))]
    public void EveryOptionIsSavedAndLoaded(Func<IEnumerable<Parameter>, Optimizer> make)
    {
        ParameterStore store = NewStore(), other = NewStore();
        Optimizer saved = make(store.Parameters), loaded = make(other.Parameters);
        OptimizerOptions options = saved.Groups[0].Options;
        saved.Groups[0].LearningRate = 0.25;
        string path = _folder.PathOf("options.safetensors");
        new Checkpoint(store) { { "it", saved } }.Save(path);
        Assert.That(
            Members(path, root => root.GetProperty("groups")[0]),
            Is.EquivalentTo(Properties(options.GetType()).Append("InitialLearningRate").Except([nameof(options.Modifiers)], StringComparer.Ordinal)));

        new Checkpoint(other) { { "it", loaded } }.Load(path);
        Assert.That(loaded.Groups[0].Options, Is.EqualTo(options));
        Assert.That(loaded.Groups[0].LearningRate, Is.EqualTo(0.25));
    }

    [Test]
    public void EveryGradientOptionIsSavedAndLoaded()
    {
        ParameterStore store = NewStore(), other = NewStore();
        Sgd saved = new(store), loaded = new(other);
        (saved.GradientOptions.Scale, saved.GradientOptions.ClipNorm, saved.GradientOptions.ClipValue) = (-0.1, 2.5, 1e-3);
        (saved.GradientOptions.SkipNonFinite, saved.GradientOptions.Clear) = (true, true);
        (saved.GradientOptions.NormPower, saved.GradientOptions.StepEvery) = (3, 7);
        string path = _folder.PathOf("gradients.safetensors");
        new Checkpoint(store) { { "it", saved } }.Save(path);
        Assert.That(Members(path, root => root.GetProperty("gradients")), Is.EquivalentTo(Properties(typeof(GradientOptions))));

        new Checkpoint(other) { { "it", loaded } }.Load(path);
        foreach (PropertyInfo property in typeof(GradientOptions).GetProperties())
            Assert.That(property.GetValue(loaded.GradientOptions), Is.EqualTo(property.GetValue(saved.GradientOptions)), property.Name);
    }

    [Test]
    public void EveryModifierIsSavedAndLoadedAndNoneIsNoMember()
    {
        var all = new UpdateModifiers
        {
            Cautious = true,
            PeakLearningRate = 0.5,
            CentralizeGradients = true,
            UnitClipping = 0.02,
            UnitNormFloor = 0.1,
        };
        foreach (UpdateModifiers? modifiers in new[] { all, null })
        {
            ParameterStore store = NewStore(), other = NewStore();
            var saved = new Adam(store, new() { Modifiers = modifiers });
            var loaded = new Adam(other, new() { Modifiers = new() { Cautious = modifiers is null } });
            string path = _folder.PathOf("modifiers.safetensors");
            new Checkpoint(store) { { "it", saved } }.Save(path);
            if (modifiers is not null)
            {
                Assert.That(
                    Members(path, root => root.GetProperty("groups")[0].GetProperty("Modifiers")),
                    Is.EquivalentTo(Properties(typeof(UpdateModifiers))));
            }

            new Checkpoint(other) { { "it", loaded } }.Load(path);
            Assert.That(loaded.Options, Is.EqualTo(saved.Options));
        }
    }

    [Test]
    public void EveryOptionOfLbfgsIsSavedAndLoaded()
    {
        ParameterStore store = NewStore(), other = NewStore();
        Lbfgs saved = new(store, new LbfgsOptions
        {
            LearningRate = 0.1,
            MaximumIterations = 3,
            MaximumEvaluations = 5,
            GradientTolerance = 1e-3,
            ChangeTolerance = 0.2,
            HistorySize = 7,
            LineSearch = LbfgsLineSearch.StrongWolfe,
        });
        var loaded = new Lbfgs(other, new LbfgsOptions { HistorySize = 7 });
        string path = _folder.PathOf("lbfgs.safetensors");
        new Checkpoint(store) { { "it", saved } }.Save(path);
        Assert.That(Members(path, root => root.GetProperty("options")), Is.EquivalentTo(Properties(typeof(LbfgsOptions))));

        new Checkpoint(other) { { "it", loaded } }.Load(path);
        Assert.That(loaded.Options, Is.EqualTo(saved.Options));
        saved.Options.MaximumEvaluations = null;
        new Checkpoint(store) { { "it", saved } }.Save(path);
        new Checkpoint(other) { { "it", loaded } }.Load(path);
        Assert.That(loaded.Options, Is.EqualTo(saved.Options));
    }

    private static ParameterStore NewStore()
    {
        var store = new ParameterStore();
        store.Add("w", [3, 2]);
        return store;
    }

    // A property of three numbers is saved as three members.
    // How state is kept is no part of a checkpoint.
    private static IEnumerable<string> Properties(Type type) => type.GetProperties()
        .Where(property => property.Name is not nameof(OptimizerOptions.StateCompression)).SelectMany(property =>
        property.PropertyType == typeof(NewtonSchulzCoefficients) ? new[] { "A", "B", "C" }.Select(part => $"{property.Name}.{part}") : [property.Name]);

    private static string[] Members(string path, Func<JsonElement, JsonElement> find)
    {
        using var file = SafeTensorsFile.Open(path);
        using JsonDocument document = JsonDocument.Parse(file.Metadata["tensorengine.part.it"]);
        return [.. find(document.RootElement).EnumerateObject().Select(member => member.Name)];
    }
}
