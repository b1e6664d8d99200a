using NUnit.Framework;
using TensorEngine.Averages;
using TensorEngine.Checkpoints;
using TensorEngine.Files;
using TensorEngine.Generators;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>A type of the user's own is saved, loaded and checked with a run.</summary>
public sealed class OwnStateTests
{
    private readonly TemporaryFolder _folder = new();

    public enum Phase
    {
        Warming,
        Training,
    }

    /// <summary>What differs in the loading run or in the file, and what is then said.</summary>
    public static IEnumerable<TestCaseData> Different =>
    [
        Case("other kind", own => own.Kind = "another", "\"own\": kind is tracker in the file, but another here"),
        Case("other interval", own => own.Interval = -8, "Interval is -7 in the file, but -8 here; it is fixed on construction"),
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
            (archive => archive.Text("t", "\udc00"), "t has a surrogate"),
            (archive => archive.Names("t", ["a", "\ud800b"]), "t has a surrogate"),
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
        Refusal.OfArgument<ArgumentException>("part", () => new Checkpoint(other).Add("own", own), "w [2, 2]", "none of the checkpoint's stores");
        Assert.That(((IStateful)new Described(_ => { })).Parameters, Is.Empty);
        Assert.That(() => new Checkpoint(store).Add("own", own), Throws.Nothing);
    }

    /// <summary>A description within others, the innermost of which has a list of nothing.</summary>
    private static Action<StateArchive> Deep(int levels) =>
        levels == 1 ? archive => archive.Words("empty", []) : archive => archive.Within("x", Deep(levels - 1));

    private static (ParameterStore Store, Tracker Own) NewRun()
    {
        var store = new ParameterStore();
        store.Add("w", [2, 2]);
        store.Add("bias", [3]);
        return (store, new Tracker(store));
    }

    private static TestCaseData Case(string name, Action<Tracker> change, string message) =>
        new TestCaseData(change, message).SetArgDisplayNames(name);

    private sealed class Described(Action<StateArchive> describe) : IStateful
    {
        public void Describe(StateArchive archive) => describe(archive);
    }

    /// <summary>As a user would write one: numbers, texts, tensors of its own and of parameters, a part within, and a list.</summary>
    public sealed class Tracker(ParameterStore store) : IStateful
    {
        private readonly float[][] _averages = [.. store.Parameters.Select(parameter => new float[parameter.Length])];
        private readonly float[] _running = new float[2];
        private readonly Philox _noise = new(1);
        private List<Entry> _phases = [];
        private bool _started;
        private long _count;
        private double _best;
        private double? _limit;
        private string _label = "";
        private ulong[] _words = [];
        private double[] _numbers = [];
        private string[] _names = [];
        private Phase _phase;

        public string Kind { get; set; } = "tracker";

        public long Interval { get; set; } = -7;

        public double[] Sums { get; set; } = new double[3];

        public string StateName { get; set; } = "average";

        public int Limit { get; set; } = int.MaxValue;

        public bool More { get; set; }

        public IReadOnlyList<Parameter> Parameters => store.Parameters;

        public void Fill(ParameterStore values)
        {
            (_started, _count, _best, _limit, _label, _phase) = (true, 12, double.NaN, -0.0, "a \"ü\"\n", Phase.Training);
            (_words, _numbers, _names) = ([0, ulong.MaxValue], [1e-300, double.NegativeInfinity], ["w", ""]);
            _phases = [new(Phase.Warming, [3]), new(Phase.Training, [0.5])];
            _noise.Position = 99;
            for (int i = 0; i < _averages.Length; i++)
            {
                _averages[i].AsSpan().Fill(i + 0.5f);
                values.Parameters[i].Values.Fill(7);
            }

            _running[1] = -2;
            Sums[2] = 1.0 / 3;
        }

        public void Describe(StateArchive archive)
        {
            archive.Fixed("kind", Kind);
            archive.Fixed("Interval", Interval);
            archive.Fixed("Half", 0.5);
            archive.Fixed("On", true);
            bool started = archive.Flag("started", _started);
            long count = archive.Count("count", _count);
            double best = archive.Number("best", _best);
            double? limit = archive.Optional("limit", _limit);
            string label = archive.Text("label", _label);
            ulong[] words = archive.Words("words", _words);
            double[] numbers = archive.Numbers("numbers", _numbers);
            string[] names = archive.Names("names", _names);
            Phase phase = archive.Choice("phase", _phase);
            if (More)
                archive.Flag("more", true);
            for (int i = 0; i < _averages.Length; i++)
                archive.Tensor(Parameters[i], StateName, Parameters[i].Shape, _averages[i]);
            archive.Tensor("running", [2], _running);
            archive.Tensor("sums", [Sums.Length], Sums);
            archive.Within("noise", _noise);
            var phases = new List<Entry>();
            archive.Each("phases", _phases.Count, (item, i) =>
            {
                if (i >= Limit)
                    throw item.Mismatch($"there are phases for {Limit} only.");
                Entry entry = i < _phases.Count ? _phases[i] : new(default, [0]);
                Phase found = item.Choice("phase", entry.Phase);
                double[] sums = new double[1];
                entry.Sums.CopyTo(sums, 0);
                item.Tensor("sums", [1], sums);
                phases.Add(new(found, sums));
            });
            archive.Commit(() =>
            {
                (_started, _count, _best, _limit, _label, _phase) = (started, count, best, limit, label, phase);
                (_words, _numbers, _names, _phases) = (words, numbers, names, phases);
            });
        }

        public override string ToString() => string.Join(
            '\n',
            [
                $"{_started} {_count} {_limit} {_label} {_phase} {BitConverter.DoubleToInt64Bits(_best)} {_noise}",
                string.Join(',', _words), string.Join(',', _numbers), string.Join(',', _names),
                string.Join(',', _averages.SelectMany(average => average)), string.Join(',', _running), string.Join(',', Sums),
                .. _phases.Select(entry => $"{entry.Phase} {entry.Sums[0]}"),
            ]);

        private sealed record Entry(Phase Phase, double[] Sums);
    }
}
