using System.Text;
using NUnit.Framework;
using TensorEngine.Averages;
using TensorEngine.Checkpoints;
using TensorEngine.Files;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>The small things of a part: as many as there are, in any order, with any white space and escapes.</summary>
public sealed class StateTextTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    /// <summary>A batch for each group and step count: as many as 100 groups and freezing parameters make.</summary>
    [Test]
    public void AnOptimizerOfTenThousandBatchesComesBack()
    {
        const int Groups = 100, Steps = 100;
        ParameterStore store = NewStore(), other = NewStore();
        Sgd saved = Make(store), loaded = Make(other);
        store.Gradients.Fill(1);
        for (int step = 0; step < Steps; step++)
        {
            for (int group = 0; group < Groups; group++)
                store.Parameters[group * Steps + step].Trainable = false;
            saved.Step();
        }

        string path = _folder.PathOf("batches.safetensors");
        new Checkpoint(store) { { "it", saved } }.Save(path);
        new Checkpoint(other) { { "it", loaded } }.Load(path);
        foreach (int index in new[] { 0, 1, 99, 100, 5_050, 9_999 })
            Assert.That(loaded.StepCount(other.Parameters[index]), Is.EqualTo(index % Steps), $"parameter {index}");
        using var file = SafeTensorsFile.Open(path);
        Assert.That(file.Metadata["tensorengine.part.it"].Split("\"step\"").Length - 1, Is.EqualTo(Groups * Steps));

        static ParameterStore NewStore()
        {
            var store = new ParameterStore();
            for (int i = 0; i < Groups * Steps; i++)
                store.Add($"p{i}", [1]);
            return store;
        }

        static Sgd Make(ParameterStore store)
        {
            var sgd = new Sgd(store);
            for (int group = 1; group < Groups; group++)
                sgd.AddGroup(store.Parameters.Skip(group * Steps).Take(Steps), options => options);
            return sgd;
        }
    }

    /// <summary>From the largest count of steps that is loaded a run goes on; a larger one is refused.</summary>
    [Test]
    public void TheLargestCountsOfStepsGoOn()
    {
        var store = new ParameterStore();
        Parameter parameter = store.Add("w", [3]);
        var lookahead = new Lookahead(new Adam(store));
        var average = new ExponentialMovingAverage(store);
        var run = new Checkpoint(store) { { "it", lookahead }, { "average", average } };
        store.Gradients.Fill(1);
        lookahead.Step();
        average.Update();
        string path = _folder.PathOf("steps.safetensors");
        run.Save(path);
        Load(StateArchive.LargestCount);
        lookahead.Step();
        average.Update();
        Assert.That(lookahead.StepCount(parameter), Is.EqualTo(StateArchive.LargestCount + 1));
        Assert.That(average.UpdateCount, Is.EqualTo(StateArchive.LargestCount + 1));
        Assert.That(parameter.Values.ToArray().Concat(average.Average(parameter).ToArray()), Is.All.Matches<float>(float.IsFinite));
        foreach (string name in new[] { "step", "steps", "updates" })
            Refusal.Of<CheckpointMismatchException>(() => Load(StateArchive.LargestCount + 1, name), $"{name} is \"4611686018427387905\"");

        void Load(long count, params string[] names)
        {
            using var file = SafeTensorsFile.Open(path);
            var metadata = new Dictionary<string, string>(file.Metadata, StringComparer.Ordinal);
            foreach (string key in file.Metadata.Keys)
            {
                foreach (string name in names.Length > 0 ? names : ["step", "steps", "updates"])
                    metadata[key] = metadata[key].Replace($"\"{name}\":1", $"\"{name}\":{count}", StringComparison.Ordinal);
            }

            IEnumerable<TensorContent> tensors = file.Tensors.Select(tensor =>
            {
                float[] values = new float[tensor.ElementCount];
                file.Read(tensor, values);
                return TensorContent.Of(tensor.Name, Shape.Create([.. tensor.Lengths.ToArray().Select(length => (int)length)]), values);
            });
            var memory = new MemoryStream();
            SafeTensorsFile.Save(memory, tensors, metadata);
            memory.Position = 0;
            run.Load(memory);
        }
    }

    [Test]
    public void AHundredThousandOfAnythingComesBack()
    {
        const int Count = 100_000;
        ulong[] words = [], expectedWords = [.. Enumerable.Range(0, Count).Select(i => (ulong)i % 3)];
        double[] numbers = [], expectedNumbers = [.. Enumerable.Range(0, Count).Select(i => (double)(i % 2))];
        string[] names = [], expectedNames = [.. Enumerable.Range(0, Count).Select(i => $"{i % 7}")];
        var flags = new List<bool>();
        var store = new ParameterStore();
        store.Add("w", [1]);
        string path = _folder.PathOf("many.safetensors");
        var own = new Own(archive => Describe(archive, expectedWords, expectedNumbers, expectedNames, Count));
        new Checkpoint(store) { { "own", own } }.Save(path);
        flags.Clear();
        new Checkpoint(store) { { "own", new Own(archive => Describe(archive, [], [], [], 0)) } }.Load(path);
        Assert.That(words, Is.EqualTo(expectedWords));
        Assert.That(numbers, Is.EqualTo(expectedNumbers));
        Assert.That(names, Is.EqualTo(expectedNames));
        Assert.That(flags, Is.EqualTo(Enumerable.Range(0, Count).Select(i => i % 5 == 0)));

        void Describe(StateArchive archive, ulong[] ownWords, double[] ownNumbers, string[] ownNames, int count)
        {
            words = archive.Words("words", ownWords);
            numbers = archive.Numbers("numbers", ownNumbers);
            names = archive.Names("names", ownNames);
            archive.Each("flags", count, (item, i) => flags.Add(item.Flag("f", i % 5 == 0)));
            for (int i = 0; i < 2_000; i++)
                archive.Count($"member {i}", i);
        }
    }

    /// <summary>Other programs write members in other orders.</summary>
    [TestCase("""{"a":1,"b":{"c":"x","d":[true]},"e":[{"f":2},{"f":3}]}""")]
    [TestCase("""{"e":[{"f":2},{"f":3}],"b":{"d":[true],"c":"x"},"a":1}""")]
    [TestCase(" {\n\t\"b\" : { \"d\" : [ true ] , \"c\" : \"x\" } ,\r\n \"a\" : 1 , \"e\" : [ { \"f\" : 2 } , { \"f\" : 3 } ] } ")]
    [TestCase("""{"\u0061":1,"\u0062":{"c":"\u0078","d":[true]},"e":[{"f":2},{"\u0066":3}]}""")]
    public void MembersMayComeInAnyOrder(string json)
    {
        var load = new StateLoad();
        var found = new List<string>();
        StateReader.Read("own", json, Describe, load);
        Assert.That(found, Is.EqualTo(new[] { "1", "x", "2", "3" }));

        // Asked for again when it is committed, as optimizers do with their options.
        found.Clear();
        load.Commit();
        Assert.That(found, Is.EqualTo(new[] { "1", "x" }));

        void Describe(StateArchive archive)
        {
            Find(archive);
            archive.Each("e", 0, (item, _) => found.Add($"{item.Count("f", 0)}"));
            archive.Commit(() => Find(archive));
        }

        void Find(StateArchive archive)
        {
            found.Add($"{archive.Count("a", 0)}");
            archive.Within("b", inner =>
            {
                found.Add(inner.Text("c", ""));
                Assert.That(() => inner.Names("d", []), Throws.InstanceOf<InvalidDataException>());
            });
        }
    }

    [TestCase("""{"a":1,"b":2,"c":3}""", "it has \"c\", which is not known here")]
    [TestCase("""{"c":3,"b":2,"a":1}""", "it has \"c\", which is not known here")]
    [TestCase("""{"a":1,"b":2,"a":1}""", "it has \"a\" twice")]
    [TestCase("""{"b":1,"b":2,"a":1}""", "it has \"b\" twice")]
    [TestCase("""{"a":1,"\u0061":1,"b":2}""", "it has \"a\" twice")]
    [TestCase("""{"a":1,"\ud800":1,"b":2}""", "it has \"\\ud800\", which is not known here")]
    [TestCase("""{"b":2}""", "it has no a")]
    [TestCase("""{}""", "it has no a")]
    [TestCase("""{"a":1,"b":4611686018427387905}""", "b is \"4611686018427387905\"; it must be an integer from 0 to 4611686018427387904")]
    [TestCase("""{"a":1,"b":9223372036854775807}""", "b is \"9223372036854775807\"; it must be an integer from 0 to 4611686018427387904")]
    public void MembersThatAreNotThoseAskedForAreRefused(string json, string message)
    {
        Refusal.Of<InvalidDataException>(() => StateReader.Read("own", json, Describe, new StateLoad()), $"\"own\": {message}");

        static void Describe(StateArchive archive)
        {
            archive.Count("a", 0);
            archive.Count("b", 0);
        }
    }

    /// <summary>Values that are shorter than any that a state has: their memory grows with the text alone.</summary>
    [TestCase("1,", "\"own\": numbers")]
    [TestCase("[],", "\"own\": numbers is")]
    [TestCase("{},", "\"own\": numbers is")]
    [TestCase("\"\",", "\"own\": numbers is")]
    public void ManyShortValuesTakeLittleMemory(string value, string message)
    {
        string json = $$"""{"numbers":[{{string.Concat(Enumerable.Repeat(value, 1_000_000))}}""" + "null]}";
        Action read = () => StateReader.Read("own", json, archive => archive.Numbers("numbers", []), new StateLoad());
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refusal.Of<InvalidDataException>(read, message);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan((6L * Encoding.UTF8.GetByteCount(json)) + (1 << 20)));
    }

    private sealed class Own(Action<StateArchive> describe) : IStateful
    {
        public void Describe(StateArchive archive) => describe(archive);
    }
}
