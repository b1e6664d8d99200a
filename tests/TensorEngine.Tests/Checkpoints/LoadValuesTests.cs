using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Files;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>Values from any safetensors file, by name: all of them or those that fit.</summary>
public sealed class LoadValuesTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [Test]
    public void ValuesOfOtherTypesAreConverted()
    {
        string path = _folder.PathOf("types.safetensors");
        Half[] halves = [(Half)1.5, (Half)(-65504), Half.Epsilon];
        byte[] bfloats = [0x80, 0x3F, 0x00, 0xC0, 0x01, 0x00]; // 1, -2, the smallest
        SafeTensorsFile.Save(
            path,
            [
                TensorContent.Of("f32", [2], new[] { 0.1f, -0f }),
                TensorContent.Of("f64", [2], new[] { 0.1, 1e300 }),
                TensorContent.OfBytes("f16", ElementType.F16, [3], System.Runtime.InteropServices.MemoryMarshal.AsBytes<Half>(halves).ToArray()),
                TensorContent.OfBytes("bf16", ElementType.BF16, [3], bfloats),
            ]);
        var store = new ParameterStore();
        store.Add("bf16", [3]);
        store.Add("f16", [3]);
        store.Add("f32", [2]);
        store.Add("f64", [2]);
        LoadReport report = Checkpoint.LoadValues(path, store);
        Assert.That(report.IsExactMatch);
        Assert.That(report.Loaded, Is.EquivalentTo(store.Parameters));
        Assert.That(report.ToString(), Does.Contain("exactly"));
        Bits.AssertSame(store["bf16"].Values, [1, -2, Bits.ToFloat(0x0001_0000)], $"BF16");
        Bits.AssertSame(store["f16"].Values, [1.5f, -65504, (float)Half.Epsilon], $"F16");
        Bits.AssertSame(store["f32"].Values, [0.1f, -0f], $"F32");
        Bits.AssertSame(store["f64"].Values, [0.1f, float.PositiveInfinity], $"F64");
    }

    [Test]
    public void WhatDoesNotFitIsAnErrorAndChangesNothing()
    {
        string path = Write(("same", [2]), ("other shape", [3]), ("extra", [1]));
        ParameterStore store = NewStore(("same", [2]), ("other shape", [1, 3]), ("missing", []));
        Refusal.Of<CheckpointMismatchException>(
            () => Checkpoint.LoadValues(path, store),
            path, "not in the file: missing []", "only in the file: extra F32 [1]", "different: other shape F32 [3] for other shape [1, 3]");
        Assert.That(store.Values.ToArray(), Is.All.Zero);
    }

    [Test]
    public void WhatFitsIsLoadedWhenAskedForAndTheRestReported()
    {
        string path = Write(("same", [2]), ("other shape", [3]), ("extra", [1]));
        ParameterStore store = NewStore(("same", [2]), ("other shape", [1, 3]), ("missing", []));
        LoadReport report = Checkpoint.LoadValues(path, store, new ValueLoadOptions { Strict = false });
        Assert.That(report.IsExactMatch, Is.False);
        Assert.That(report.Loaded, Is.EqualTo(new[] { store["same"] }));
        Assert.That(report.Missing, Is.EqualTo(new[] { store["missing"] }));
        Assert.That(report.Unexpected.Single().Name, Is.EqualTo("extra"));
        Assert.That(report.Mismatched.Single().Parameter, Is.EqualTo(store["other shape"]));
        Assert.That(report.Mismatched.Single().Stored.Lengths.ToArray(), Is.EqualTo(new long[] { 3 }));
        Assert.That(store["same"].Values.ToArray(), Is.EqualTo(new[] { 1f, 2f }));
        Assert.That(store["other shape"].Values.ToArray(), Is.All.Zero);
    }

    [Test]
    public void ATypeThatIsNoFloatDoesNotFit()
    {
        string path = _folder.PathOf("integers.safetensors");
        SafeTensorsFile.Save(path, [TensorContent.Of("counts", [1], new long[] { 1 })]);
        ParameterStore store = NewStore(("counts", [1]));
        Refusal.Of<CheckpointMismatchException>(() => Checkpoint.LoadValues(path, store), "counts I64 [1]");
    }

    /// <summary>As batch norm's num_batches_tracked.</summary>
    [Test]
    public void ACounterOfPyTorchsFits()
    {
        string path = _folder.PathOf("counter.safetensors");
        SafeTensorsFile.Save(path, [TensorContent.Of("count", [], new long[] { 12 })]);
        ParameterStore store = NewStore(("count", []));
        Assert.That(Checkpoint.LoadValues(path, store).IsExactMatch);
        Assert.That(store["count"].Values[0], Is.EqualTo(12));
    }

    [Test]
    public void PrefixesAreReplacedTheLongestFirst()
    {
        string path = Write(("module.body.w", [1]), ("module.head.w", [2]), ("w", [3]));
        ParameterStore store = NewStore(("body.w", [1]), ("classifier.w", [2]), ("w", [3]));
        var prefixes = new Dictionary<string, string>(StringComparer.Ordinal) { ["module."] = "", ["module.head."] = "classifier." };
        LoadReport report = Checkpoint.LoadValues(path, store, new ValueLoadOptions { Prefixes = prefixes });
        Assert.That(report.Loaded, Has.Count.EqualTo(3));
        Assert.That(store["classifier.w"].Values.ToArray(), Is.EqualTo(new[] { 1f, 2f }));

        ParameterStore inside = NewStore(("net.w", [3]), ("net.module.body.w", [1]), ("net.module.head.w", [2]));
        prefixes = new(StringComparer.Ordinal) { [""] = "net." };
        Assert.That(Checkpoint.LoadValues(path, inside, new ValueLoadOptions { Prefixes = prefixes }).IsExactMatch);
    }

    [Test]
    public void TwoTensorsForOneParameterAreRefused()
    {
        string path = Write(("a.w", [1]), ("b.w", [1]));
        ParameterStore store = NewStore(("w", [1]));
        var prefixes = new Dictionary<string, string>(StringComparer.Ordinal) { ["a."] = "", ["b."] = "" };
        Refusal.Of<CheckpointMismatchException>(
            () => Checkpoint.LoadValues(path, store, new ValueLoadOptions { Strict = false, Prefixes = prefixes }), "\"a.w\"", "\"b.w\"", "both belong to w");
        Assert.That(store.Values.ToArray(), Is.All.Zero);
    }

    [Test]
    public void StateInACheckpointIsNoValue()
    {
        ParameterStore store = NewStore(("w", [1]), ("optimizer.like/name", [2]));
        store.Values[0] = 7;
        var adam = new Adam(store);
        string path = _folder.PathOf("checkpoint.safetensors");
        new Checkpoint(store) { { "optimizer", adam } }.Save(path);
        ParameterStore other = NewStore(("optimizer.like/name", [2]), ("w", [1]));
        Assert.That(Checkpoint.LoadValues(path, other).IsExactMatch);
        Assert.That(other["w"].Values[0], Is.EqualTo(7));
    }

    private static ParameterStore NewStore(params (string Name, Shape Shape)[] parameters)
    {
        var store = new ParameterStore();
        foreach ((string name, Shape shape) in parameters)
            store.Add(name, shape);
        store.Freeze();
        return store;
    }

    /// <summary>Tensors of 1, 2, 3, ...</summary>
    private string Write(params (string Name, Shape Shape)[] tensors)
    {
        string path = _folder.PathOf($"{Guid.NewGuid():N}.safetensors");
        SafeTensorsFile.Save(
            path,
            tensors.Select(one => TensorContent.Of(one.Name, one.Shape, Enumerable.Range(1, (int)one.Shape.ElementCount).Select(i => (float)i).ToArray())));
        return path;
    }
}
