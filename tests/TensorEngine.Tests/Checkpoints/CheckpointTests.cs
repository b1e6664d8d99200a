using NUnit.Framework;
using TensorEngine.Averages;
using TensorEngine.Checkpoints;
using TensorEngine.Files;
using TensorEngine.Generators;
using TensorEngine.Optimizers;
using TensorEngine.Schedules;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>What goes into a checkpoint and under which names.</summary>
public sealed class CheckpointTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    /// <summary>The layout of version 1 is written as it always was, byte for byte, and what was written is loaded for ever.</summary>
    [Test]
    public void TheLayoutOfVersion1Stays()
    {
        string golden = Path.Combine(TestContext.CurrentContext.TestDirectory, "Goldens", "tensorengine_adam.safetensors");
        RecordedCheckpoint run = RecordedCheckpoint.Make();
        run.Checkpoint.Load(golden);
        string path = Path.Combine(TestContext.CurrentContext.TestDirectory, "tensorengine_adam.safetensors.new");
        run.Checkpoint.Save(path);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(File.ReadAllBytes(golden)), $"{path} is another file");

        using var file = SafeTensorsFile.Open(golden);
        Assert.That(
            string.Join('\n', file.Tensors),
            Is.EqualTo(
                """
                fc1.bias F32 [3]
                fc1.weight F32 [3, 4]
                optimizer/fc1.bias/exp_avg F32 [3]
                optimizer/fc1.bias/exp_avg_sq F32 [3]
                optimizer/fc1.weight/exp_avg F32 [3, 4]
                optimizer/fc1.weight/exp_avg_sq F32 [3, 4]
                """));
        Assert.That(file.Metadata["tensorengine.version"], Is.EqualTo("1"));
        Assert.That(file.Metadata["tensorengine.frozen"], Is.EqualTo("""{"parameters":[]}"""));
        Assert.That(
            file.Metadata["tensorengine.part.optimizer"],
            Is.EqualTo(
                """
                {"kind":"Adam","gradients":{"Scale":1,"ClipNorm":null,"ClipValue":null,"SkipNonFinite":false,"Clear":false},"groups":[
                {"Beta1":0.9,"Beta2":0.99,"Epsilon":1E-08,"WeightDecay":0,"AmsGrad":false,"EpsilonOutsideCorrection":false,
                "InitialLearningRate":0.01,"Maximize":false,"LearningRate":0.01},
                {"Beta1":0.9,"Beta2":0.999,"Epsilon":1E-08,"WeightDecay":0,"AmsGrad":false,"EpsilonOutsideCorrection":false,
                "InitialLearningRate":0.1,"Maximize":false,"LearningRate":0.1}],
                "batches":[{"group":0,"step":5,"parameters":["fc1.weight"]},{"group":1,"step":5,"parameters":["fc1.bias"]}]}
                """.ReplaceLineEndings("")));
        Assert.That(file.Metadata["epoch"], Is.EqualTo("2"));
    }

    [Test]
    public void NamesOfStateAndShapesAreThoseOfPyTorch()
    {
        var store = new ParameterStore();
        store.Add("a/b", [2, 3, 4]);
        store.Add("bias", [5]);
        store.Add("ü \"quoted\"", []);
        string path = _folder.PathOf("names.safetensors");
        new Checkpoint(store)
        {
            { "opt.1", new Adafactor(store) },
            { "ema", new ExponentialMovingAverage(store) },
            { "noise", new TorchGenerator(1) },
        }.Save(path);
        using var file = SafeTensorsFile.Open(path);
        Assert.That(
            file.Tensors.Select(tensor => tensor.ToString()).Where(text => text.Contains('/', StringComparison.Ordinal)),
            Is.EquivalentTo(new[]
            {
                "a/b F32 [2, 3, 4]",
                "opt.1/a/b/row_var F32 [2, 3, 1]",
                "opt.1/a/b/col_var F32 [2, 1, 4]",
                "opt.1/bias/variance F32 [5]",
                "opt.1/ü \"quoted\"/variance F32 []",
                "ema/a/b/average F32 [2, 3, 4]",
                "ema/bias/average F32 [5]",
                "ema/ü \"quoted\"/average F32 []",
            }));
        Assert.That(file.Metadata["tensorengine.part.noise"], Does.StartWith("{\"kind\":\"torch-mt19937\",\"words\":["));
    }

    [Test]
    public void NumbersSurviveToTheBit()
    {
        var store = new ParameterStore();
        store.Add("p", [1]);
        var plateau = new ReduceOnPlateau();
        var checkpoint = new Checkpoint(store) { { "plateau", plateau } };
        foreach (double number in new[] { 0.1 + 0.2, -0.0, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, 1.0 / 3, 1e22 })
        {
            plateau.State = new PlateauState(number, long.MaxValue, 3);
            PlateauState saved = plateau.State;
            string path = _folder.PathOf("plateau.safetensors");
            checkpoint.Save(path);
            plateau.State = new PlateauState(1, 1, 1);
            checkpoint.Load(path);
            Assert.That(plateau.State, Is.EqualTo(saved));
            Assert.That(Bits.Same(plateau.State.Best, number));
        }
    }

    [Test]
    public void NotesAndFrozenParametersAreReplacedByThoseOfTheFile()
    {
        ParameterStore store = TestStore.Create(new Random(1));
        var checkpoint = new Checkpoint(store);
        checkpoint.Notes["epoch"] = "3";
        store.Parameters[2].Trainable = false;
        string path = _folder.PathOf("notes.safetensors");
        checkpoint.Save(path);

        checkpoint.Notes["epoch"] = "4";
        checkpoint.Notes["more"] = "";
        store.Parameters[2].Trainable = true;
        store.Parameters[0].Trainable = false;
        checkpoint.Load(path);
        Assert.That(checkpoint.Notes, Is.EquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal) { ["epoch"] = "3" }));
        Assert.That(store.Parameters.Where(parameter => !parameter.Trainable), Is.EqualTo(new[] { store.Parameters[2] }));

        checkpoint.Notes["tensorengine.mine"] = "";
        Refusal.Of<InvalidOperationException>(() => checkpoint.Save(path), "\"tensorengine.mine\"", "tensorengine.");
    }

    [Test]
    public void AnOptimizerOfSeveralStoresIsSaved()
    {
        ParameterStore first = new(), second = new();
        first.Add("a", [3]);
        second.Add("b", [20]);
        var momentum = new Momentum(first.Parameters.Concat(second.Parameters));
        var checkpoint = new Checkpoint(first, second) { { "optimizer", momentum } };
        FillAndStep();
        string path = _folder.PathOf("stores.safetensors");
        checkpoint.Save(path);
        byte[] before = File.ReadAllBytes(path);
        FillAndStep();
        checkpoint.Load(path);
        checkpoint.Save(path);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(before));

        void FillAndStep()
        {
            first.Gradients.Fill(1);
            second["b"].Gradients.Fill(2);
            momentum.Step();
        }
    }

    [Test]
    public void PartsAreListedAndTheirNamesChecked()
    {
        ParameterStore store = new(), other = new();
        store.Add("noise/x", [1]);
        other.Add("x", [1]);
        var adam = new Adam(store);
        var checkpoint = new Checkpoint(store) { { "optimizer", adam }, { "a-B_9.", new Philox(1) } };
        Assert.That(checkpoint, Is.EqualTo(new[] { "optimizer", "a-B_9." }));

        foreach (string name in new[] { "", "a/b", "ä", "a b" })
            Refusal.OfArgument<ArgumentException>("name", () => checkpoint.Add(name, adam), $"\"{name}\"", "ASCII letters");
        Refusal.OfArgument<ArgumentException>("name", () => checkpoint.Add("optimizer", adam), "another part");
        Refusal.OfArgument<ArgumentException>("name", () => checkpoint.Add("noise", new Philox(1)), "\"noise/x\"");
        Refusal.OfArgument<ArgumentException>("part", () => checkpoint.Add("other", new Adam(other)), "x [1]", "does not belong");
        Refusal.OfArgument<ArgumentNullException>("part", () => checkpoint.Add("other", null!));
        Refusal.OfArgument<ArgumentNullException>("name", () => checkpoint.Add(null!, adam));
        Assert.That(checkpoint, Is.EqualTo(new[] { "optimizer", "a-B_9." }));
    }

    [Test]
    public void StoresThatCannotBeSavedAreRefused()
    {
        ParameterStore empty = new(), first = new(), second = new(), reserved = new(), zero = new();
        first.Add("a", [1]);
        second.Add("a", [1]);
        reserved.Add("__metadata__", [1]);
        zero.Add("a\0b", [1]);
        Refusal.OfArgument<ArgumentException>("stores", () => _ = new Checkpoint(), "no parameters");
        Refusal.OfArgument<ArgumentException>("stores", () => _ = new Checkpoint(empty), "no parameters");
        Refusal.OfArgument<ArgumentException>("stores", () => _ = new Checkpoint(first, second), "two parameters \"a\"");
        Refusal.OfArgument<ArgumentException>("stores", () => _ = new Checkpoint(reserved), "__metadata__");
        Refusal.OfArgument<ArgumentException>("stores", () => _ = new Checkpoint(zero), "code 0");
        Refusal.OfArgument<ArgumentNullException>("stores", () => _ = new Checkpoint((ParameterStore)null!));
    }
}
