using NUnit.Framework;
using TensorEngine.Averages;
using TensorEngine.Checkpoints;
using TensorEngine.Files;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>A type of the user's own is saved, loaded and checked with a run.</summary>
public sealed class OwnStateTests
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>What differs in the loading run or in the file, and what is then said.</summary>
    public static IEnumerable<TestCaseData> Different =>
    [
        Case("other kind", own => own.Kind = "another", "\"own\": kind is tracker in the file, but another here"),
        Case("other interval", own => own.Interval = -8, "Interval is -7 in the file, but -8 here; it is fixed at construction"),
        Case("more sums", own => own.Sums = new double[4], "it has own/sums F64 [3]; it must be own/sums F64 [4]"),
        Case("another list", own => own.Limit = 1, "\"own\".phases[1]: there are phases for 1 only"),
        Case("one member more", own => own.More = true, "\"own\": it has no more"),
        Case("state of no parameter", own => own.StateName = "nothing", "it has no tensor own/w/nothing F32 [2, 2]"),
    ];

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [Test]
    public void EveryKindOfStateIsSavedAndLoaded()
    {
        (ParameterStore store, Tracker own) = NewRun();
        own.Fill(store);
        string path = _folder.PathOf("own.safetensors");
        new Checkpoint(store) { { "own", own } }.Save(path);

        (ParameterStore other, Tracker loaded) = NewRun();
        new Checkpoint(other) { { "own", loaded } }.Load(path);
        Assert.That(loaded.ToString(), Is.EqualTo(own.ToString()));
        using var file = SafeTensorsFile.Open(path);
        Assert.That(
            file.Tensors.Select(tensor => tensor.ToString()).Where(text => text.StartsWith("own/", StringComparison.Ordinal)),
            Is.EquivalentTo(new[]
            {
                "own/w/average F32 [2, 2]", "own/bias/average F32 [3]", "own/sums F64 [3]", "own/running F32 [2]",
                "own/phases/0/sums F64 [1]", "own/phases/1/sums F64 [1]",
            }));
    }

    [TestCaseSource(nameof(Different))]
    public void WhatDoesNotFitIsRefusedAndNothingChanges(Action<Tracker> change, string message)
    {
        (ParameterStore store, Tracker own) = NewRun();
        own.Fill(store);
        string path = _folder.PathOf("own.safetensors");
        new Checkpoint(store) { { "own", own } }.Save(path);

        (ParameterStore other, Tracker loading) = NewRun();
        change(loading);
        string before = loading.ToString();
        Refusal.Of<CheckpointMismatchException>(() => new Checkpoint(other) { { "own", loading } }.Load(path), message);
        Assert.That(loading.ToString(), Is.EqualTo(before));
        Assert.That(other.Values.ToArray(), Is.All.Zero);
    }

    /// <summary>A description that a loading run could not read is noticed by the saving one.</summary>
    [Test]
    public void WhatCouldNotBeLoadedIsNotSaved()
    {
        (Action<StateArchive> Describe, string Message)[] cases =
        [
            (archive => archive.Integer("n", -1), "\"own\": n is -1; it must be from 0 to"),
            (archive => archive.Integer("n", 7, 1, 6), "n is 7; it must be from 1 to 6"),
            (archive => archive.Count("n", StateArchive.LargestCount + 1), "it must be from 0 to 4611686018427387904"),
            (archive => archive.Flag("\ud800", true), "surrogate"),
            (archive => archive.Text("t", "\udc00"), "t has an unpaired surrogate"),
            (archive => archive.Names("t", ["a", "\ud800b"]), "t has an unpaired surrogate"),
            (archive => archive.Names("t", [null!]), "t has a text that is null"),
            (archive => archive.Within("x", inner => _ = (inner.Flag("a", true), inner.Number("a", 1))), "\"own\".x: \"a\" was described twice"),
            (archive => archive.Within("x", _ => archive.Flag("a", true)), "\"a\" was described to an archive that is not the innermost one"),
            (archive => archive.Each("x", 2, (_, i) => archive.Flag($"{i}", true)), "not the innermost one"),
            (Deep(32), "depth"),
        ];
        string path = _folder.PathOf("refused.safetensors");
        foreach ((Action<StateArchive> describe, string message) in cases)
        {
            (ParameterStore store, _) = NewRun();
            Refusal.Of<InvalidOperationException>(() => new Checkpoint(store) { { "own", new Described(describe) } }.Save(path), message);
            Assert.That(File.Exists(path), Is.False);
        }
    }

    [Test]
    public void ArgumentsThatAreNotAllowedAreNamed()
    {
        (ParameterStore store, _) = NewRun();
        foreach ((string argument, Action<StateArchive> describe) in new (string, Action<StateArchive>)[]
        {
            ("name", archive => archive.Flag(null!, true)),
            ("value", archive => archive.Text("a", null!)),
            ("value", archive => archive.Names("a", null!)),
            ("describe", archive => archive.Within("a", (Action<StateArchive>)null!)),
            ("part", archive => archive.Within("a", (IStateful)null!)),
            ("describe", archive => archive.Each("a", 1, null!)),
            ("change", archive => archive.Commit(null!)),
            ("parameter", archive => archive.Tensor(null!, "a", [1], new float[1])),
            ("state", archive => archive.Tensor(store.Parameters[0], null!, [1], new float[1])),
            ("state", archive => archive.Tensor(null!, [1], new double[1])),
        })
        {
            Refusal.OfArgument<ArgumentNullException>(argument, () => Save(describe));
        }

        Refusal.OfArgument<ArgumentException>("memory", () => Save(archive => archive.Tensor("a", [2, 2], new float[3])), "memory has 3 elements", "[2, 2]");
        Refusal.OfArgument<ArgumentException>("memory", () => Save(archive => archive.Tensor("a", [2], new double[3])), "memory has 3 elements");
        Refusal.Of<ArgumentException>(() => Save(archive =>
        {
            archive.Tensor("a", [2], new double[2]);
            archive.Tensor("a", [2], new float[2]);
        }), "\"own/a\" twice");

        void Save(Action<StateArchive> describe) =>
            new Checkpoint(store) { { "own", new Described(describe) } }.Save(_folder.PathOf("refused.safetensors"));
    }

    [Test]
    public void AsDeepAsItIsSavedItIsLoaded()
    {
        (ParameterStore store, _) = NewRun();
        string path = _folder.PathOf("deep.safetensors");
        var checkpoint = new Checkpoint(store) { { "own", new Described(Deep(31)) } };
        checkpoint.Save(path);
        checkpoint.Load(path);
        using var file = SafeTensorsFile.Open(path);
        Assert.That(file.Metadata["tensorengine.part.own"], Has.Length.GreaterThan(31 * 6));
    }

    /// <summary>Two parts of one kind within a third: the names of their tensors are apart.</summary>
    [Test]
    public void PartsWithinAPartKeepTheirTensorsApart()
    {
        (ParameterStore store, _) = NewRun();
        ExponentialMovingAverage fast = new(store, 0.5), slow = new(store, 0.9);
        store.Values.Fill(1);
        fast.Update();
        store.Values.Fill(2);
        slow.Update();
        string path = _folder.PathOf("pair.safetensors");
        var checkpoint = new Checkpoint(store) { { "own", new Described(Pair) } };
        checkpoint.Save(path);
        fast.Update();
        slow.Update();
        checkpoint.Load(path);
        Assert.That(fast.Average(store["bias"]).ToArray(), Is.All.EqualTo(1));
        Assert.That(slow.Average(store["bias"]).ToArray(), Is.All.EqualTo(2));

        void Pair(StateArchive archive)
        {
            archive.Within("fast", fast);
            archive.Within("slow", slow);
        }
    }

    [Test]
    public void ParametersOfAnotherStoreAreRefused()
    {
        (ParameterStore store, Tracker own) = NewRun();
        var other = new ParameterStore();
        other.Add("w", [2, 2]);
        Refusal.OfArgument<ArgumentException>("part", () => new Checkpoint(other).Add("own", own), "w [2, 2]", "any of the checkpoint's stores");
        Assert.That(((IStateful)new Described(_ => { })).Parameters, Is.Empty);
        Assert.That(() => new Checkpoint(store).Add("own", own), Throws.Nothing);
    }

    /// <summary>A description within others, the innermost of which has a list of nothing.</summary>
    private static Action<StateArchive> Deep(int levels) =>
        levels == 1 ? archive => archive.Words("empty", []) : archive => archive.Within("x", Deep(levels - 1));

    private static (ParameterStore Store, Tracker Own) NewRun()
    {
        ParameterStore store = new() { { "w", [2, 2] }, { "bias", [3] } };
        store.Freeze();
        return (store, new Tracker(store));
    }

    private static TestCaseData Case(string name, Action<Tracker> change, string message) =>
        new TestCaseData(change, message).SetArgDisplayNames(name);

    private sealed class Described(Action<StateArchive> describe) : IStateful
    {
        public void Describe(StateArchive archive) => describe(archive);
    }
}
