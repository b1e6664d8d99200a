using NUnit.Framework;
using TensorEngine.Averages;
using TensorEngine.Checkpoints;
using TensorEngine.Files;
using TensorEngine.Generators;
using TensorEngine.Minimization;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Schedules;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>A file that does not fit is refused with the reason, and nothing here has changed.</summary>
public sealed class CheckpointRefusalTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    /// <summary>The saved and the loading run differ in one thing.</summary>
    public static IEnumerable<TestCaseData> Different =>
    [
        Case("larger model", _ => null, store => Added(store, "fc9.weight", [2, 2]), "not in the file: fc9.weight [2, 2]"),
        Case("smaller model", store => Added(store, "fc9.weight", [2, 2]), _ => null, "only in the file: fc9.weight F32 [2, 2]"),
        Case("other shape", store => Added(store, "x", [2, 3]), store => Added(store, "x", [3, 2]), "different: x F32 [2, 3] for x [3, 2]"),
        Case("other optimizer", store => new Adam(store), store => new NAdam(store), "\"it\": kind is Adam in the file, but NAdam here"),
        Case("AdamW for Adam", store => new Adam(store), store => new AdamW(store), "kind is Adam in the file, but AdamW here"),
        Case("amsgrad", store => new Adam(store), store => new Adam(store, new() { AmsGrad = true }), "no tensor it/w/max_exp_avg_sq F32 [3, 5]"),
        Case("no amsgrad", store => new Adam(store, new() { AmsGrad = true }), store => new Adam(store), "\"it\".groups[0]: The options need the state max_exp_avg_sq, but this Adam was created with exp_avg, exp_avg_sq"),
        Case("decoupled", store => new NAdam(store), store => new NAdamW(store), "kind is NAdam in the file, but NAdamW here"),
        Case("centered", store => new RmsProp(store), store => new RmsProp(store, new() { Centered = true }), "no tensor it/w/grad_avg F32 [3, 5]"),
        Case("momentum without buffer", store => new Sgd(store, new() { Momentum = 0.5 }), store => new Sgd(store), "\"it\".groups[0]: The options need the state momentum_buffer, but this Sgd was created with no state"),
        Case("buffer without momentum", store => new Sgd(store), store => new Sgd(store, new() { Momentum = 0.5 }), "no tensor it/w/momentum_buffer F32 [3, 5]"),
        Case("fewer groups", store => WithGroup(store), store => new Adam(store), "\"it\".groups[1]: the optimizer here has 1 groups; add the groups of the saved one"),
        Case("more groups", store => new Adam(store), store => WithGroup(store), "groups are 1 in the file, but 2 here"),
        Case("part of the parameters", store => new Adam(store), store => new Adam([store.Parameters[0]]), "\"bias\" is among the parameters in the file, but the optimizer here does not step it"),
        Case("more parameters", store => new Adam([store.Parameters[0]]), store => new Adam(store), "\"bias\" is not among the parameters in the file, but the optimizer here steps it"),
        Case("history", store => new Lbfgs(store), store => new Lbfgs(store, new() { HistorySize = 3 }), "\"it\".options: HistorySize is 100 in the file, but 3 here"),
        Case("Lbfgs of a part", store => new Lbfgs(store), store => new Lbfgs([store.Parameters[0]]), "\"bias\", which is not a parameter of this Lbfgs"),
        Case("interval", store => new Lookahead(new Sgd(store), 5), store => new Lookahead(new Sgd(store), 6), "Interval is 5 in the file, but 6 here"),
        Case("alpha", store => new Lookahead(new Sgd(store), 5, 0.5), store => new Lookahead(new Sgd(store), 5, 0.25), "Alpha is 0.5 in the file, but 0.25 here"),
        Case("fast optimizer", store => new Lookahead(new Sgd(store)), store => new Lookahead(new Momentum(store)), "\"it\".optimizer: kind is Sgd in the file, but Momentum here"),
        Case("average", store => new ExponentialMovingAverage(store), store => new StochasticWeightAverage(store), "kind is ExponentialMovingAverage in the file"),
        Case("generator", store => new Philox(1), store => new TorchGenerator(1), "kind is philox4x32-10 in the file"),
        Case("metric", store => new ReduceOnPlateau(), store => new ReduceOnPlateau(new() { Maximize = true }), "Maximize is False in the file, but True here"),
        Case("part only here", _ => null, _ => new Philox(1), "\"it\" was added here, but the file has nothing but values"),
        Case("part only there", _ => new Philox(1), _ => null, "the file has \"it\", but here nothing but values was added"),
    ];

    /// <summary>Changes to the texts of an Adam's checkpoint, and what is then said.</summary>
    public static IEnumerable<TestCaseData> Edited =>
    [
        Edit("newer version", "tensorengine.version", "1", "2", "tensorengine.version is \"2\"; this library supports only version 1 of the layout"),
        Edit("version with a blank", "tensorengine.version", "1", "1 ", "tensorengine.version is \"1 \""),
        Edit("no version", "tensorengine.version", "1", null, "It has no tensorengine.version, so it is not a checkpoint; LoadValues"),
        Edit("no frozen parameters", "tensorengine.frozen", "{", null, "it has no tensorengine.frozen"),
        Edit("frozen stranger", "tensorengine.frozen", "[]", "[\"v\"]", "\"v\" is not a parameter here"),
        Edit("not JSON", It, "{\"kind\"", "{kind", "\"it\": it is not JSON"),
        Edit("cut off", It, "]}", "]", "\"it\": it is not JSON"),
        Edit("twice", It, "\"kind\":\"Adam\"", "\"kind\":\"Adam\",\"kind\":\"Adam\"", "\"it\": it has \"kind\" twice"),
        Edit("no object", It, null, "[]", "it is not a JSON object"),
        Edit("deep", It, "\"Adam\"", $"{new string('[', 40)}1{new string(']', 40)}", "it is not JSON"),
        Edit("lone surrogate", It, "\"Adam\"", "\"\\ud800\"", "kind is"),
        Edit("unknown member", It, "\"kind\"", "\"mind\":1,\"kind\"", "\"it\": it has \"mind\", which is not known here"),
        Edit("unknown option", It, "\"Beta1\"", "\"Beta3\":0,\"Beta1\"", "\"it\".groups[0]: it has \"Beta3\", which is not known here"),
        Edit("missing option", It, "\"Beta1\":0.9,", "", "\"it\".groups[0]: it has no Beta1"),
        Edit("option outside its range", It, "\"Beta1\":0.9", "\"Beta1\":1", "Beta1 is 1; it must be at least 0 and below 1"),
        Edit("option of another type", It, "\"Beta1\":0.9", "\"Beta1\":\"0.9\"", "it must be a number"),
        Edit("overflow", It, "\"Beta1\":0.9", "\"Beta1\":1e400", "Beta1 is \"1e400\"; it must be a number"),
        Edit("infinite option", It, "\"LearningRate\":0.001", "\"LearningRate\":\"Infinity\"", "finite as a float"),
        Edit("flag of another type", It, "\"Maximize\":false", "\"Maximize\":0", "Maximize is \"0\"; it must be true or false"),
        Edit("no groups", It, "\"groups\":[", "\"groups\":[],\"group\":[", "groups are 0 in the file, but 1 here"),
        Edit("groups of another type", It, "\"groups\":[", "\"groups\":1,\"group\":[", "groups is \"1\"; it must be a list"),
        Edit("group of another type", It, "\"groups\":[", "\"groups\":[1,", "it must be a list of objects"),
        Edit("clip norm", It, "\"ClipNorm\":null", "\"ClipNorm\":-1", "\"it\".gradients: ClipNorm is -1"),
        Edit("group that is not there", It, "\"group\":0", "\"group\":1", "group is \"1\"; it must be an integer from 0 to 0"),
        Edit("negative step", It, "\"step\":1", "\"step\":-1", "\"it\".batches[0]: step is \"-1\"; it must be an integer from 0"),
        Edit("fractional step", It, "\"step\":1", "\"step\":1.5", "it must be an integer"),
        Edit("huge step", It, "\"step\":1", "\"step\":9223372036854775808", "it must be an integer"),
        Edit(
            "step after which there is no other",
            It,
            "\"step\":1",
            "\"step\":9223372036854775807",
            "an integer from 0 to 4611686018427387904"),
        Edit("parameter twice", It, "[\"w\",", "[\"w\",\"w\",", "\"w\" appears twice among the parameters"),
        Edit("parameter missing", It, "[\"w\",", "[", "\"w\" is not among the parameters in the file"),
        Edit("stranger", It, "[\"w\",", "[\"v\",\"w\",", "\"v\" is among the parameters in the file, but the optimizer here does not step it"),
        Edit("names of another type", It, "[\"w\",", "[1,", "it must be a list of texts"),
        Edit(
            "many short values",
            It,
            "\"kind\"",
            $"\"a\":[{string.Join(',', Enumerable.Repeat("1", 100_000))}],\"kind\"",
            "it has \"a\", which is not known here"),
    ];

    private const string It = "tensorengine.part.it";

    [TestCaseSource(nameof(Different))]
    public void AnotherModelOrStateIsRefused(Func<ParameterStore, object?> make, Func<ParameterStore, object?> makeHere, string message)
    {
        string path = _folder.PathOf("saved.safetensors");
        NewRun(make).Save(path);
        AssertRefused(NewRun(makeHere), path, message);
    }

    [TestCaseSource(nameof(Edited))]
    public void ATextThatWasNotWrittenIsRefused(string key, string? old, string? text, string message)
    {
        string path = _folder.PathOf("saved.safetensors");
        Checkpoint run = NewRun(store => new Adam(store));
        run.Save(path);
        Rewrite(path, metadata =>
        {
            if (text is null)
            {
                metadata.Remove(key);
                return;
            }

            Assert.That(metadata[key], Does.Contain(old ?? ""));
            int at = metadata[key].IndexOf(old ?? "", StringComparison.Ordinal);
            metadata[key] = old is null ? text : metadata[key][..at] + text + metadata[key][(at + old.Length)..];
        });
        AssertRefused(run, path, message);
    }

    [Test]
    public void WrongStateOfGeneratorsPlateausAndAveragesIsRefused()
    {
        (object Part, string Old, string New, string Message)[] cases =
        [
            (new NumPyRandomState(1), "\"words\":[", "\"words\":[1,", "state has 628 numbers"),
            (new NumPyRandomState(1), "\"words\":[", "\"words\":[18446744073709551615,\"", "it is not JSON"),
            (new TorchGenerator(1), "\"words\":[1,", "\"words\":[4294967296,", "it must be at most 4294967295"),
            (new Philox(1), "\"words\":[1,", "\"words\":[-1,", "a list of integers from 0 to 2^64 - 1"),
            (new ReduceOnPlateau(), "\"Best\":\"Infinity\"", "\"Best\":\"NaN\"", "the best metric must not be NaN"),
            (new ReduceOnPlateau(), "\"BadCount\":0", "\"BadCount\":-1", "it must be an integer from 0"),
        ];
        foreach ((object part, string old, string replacement, string message) in cases)
        {
            string path = _folder.PathOf("part.safetensors");
            Checkpoint run = NewRun(_ => part);
            run.Save(path);
            Rewrite(path, metadata => metadata[It] = metadata[It].Replace(old, replacement, StringComparison.Ordinal));
            AssertRefused(run, path, message);
        }

        string average = _folder.PathOf("average.safetensors");
        Checkpoint averaged = NewRun(store => new ExponentialMovingAverage(store));
        averaged.Save(average);
        Rewrite(average, metadata => metadata[It] = metadata[It].Replace("\"swapped\":false", "\"swapped\":true", StringComparison.Ordinal));
        AssertRefused(averaged, average, "swapped is true with 0 updates");
        Rewrite(average, metadata => metadata[It] = metadata[It].Replace("\"swapped\":true", "\"swapped\":false", StringComparison.Ordinal).Replace("0.999", "1.5", StringComparison.Ordinal));
        AssertRefused(averaged, average, "Decay is 1.5");

        string lbfgs = _folder.PathOf("lbfgs.safetensors");
        Checkpoint minimizing = NewRun(store => new Lbfgs(store));
        minimizing.Save(lbfgs);
        Rewrite(lbfgs, metadata => metadata[It] = metadata[It].Replace("\"ro\":[]", "\"ro\":[1]", StringComparison.Ordinal));
        AssertRefused(minimizing, lbfgs, "ro has 1 numbers");
        Rewrite(lbfgs, metadata => metadata[It] = metadata[It].Replace("\"begun\":false", "\"begun\":true", StringComparison.Ordinal));
        AssertRefused(minimizing, lbfgs, "no tensor it/d F64 [18]");
        Rewrite(lbfgs, metadata => metadata[It] = metadata[It].Replace("\"None\"", "\"0\"", StringComparison.Ordinal));
        AssertRefused(minimizing, lbfgs, "LineSearch is \"0\"; it must be one of None, StrongWolfe");
    }

    [Test]
    public void TensorsThatDoNotFitAreRefused()
    {
        string path = _folder.PathOf("tensors.safetensors");
        Checkpoint run = NewRun(store => new Adam(store));
        run.Save(path);
        byte[] saved = File.ReadAllBytes(path);
        Check(tensors => tensors.RemoveAll(tensor => string.Equals(tensor.Name, "it/w/exp_avg", StringComparison.Ordinal)), "no tensor it/w/exp_avg F32 [3, 5]");
        Check(tensors => tensors.Add(TensorContent.Of("it/w/exp", [1], new float[1])), "it has it/w/exp F32 [1], which is not known here");
        Check(tensors => tensors.Add(TensorContent.Of("other/w/exp", [1], new float[1])), "only in the file: other/w/exp F32 [1]");
        Check(tensors => Replace(tensors, TensorContent.Of("it/bias/exp_avg", [1, 3], new float[3])), "it has it/bias/exp_avg F32 [1, 3]; it must be it/bias/exp_avg F32 [3]");
        Check(tensors => Replace(tensors, TensorContent.Of("it/bias/exp_avg", [3], new long[3])), "it has it/bias/exp_avg I64 [3]");
        Check(tensors => Replace(tensors, TensorContent.Of("bias", [3], new long[3])), "different: bias I64 [3] for bias [3]");

        void Check(Action<List<TensorContent>> change, string message)
        {
            File.WriteAllBytes(path, saved);
            Rewrite(path, _ => { }, change);
            AssertRefused(run, path, message);
        }

        static void Replace(List<TensorContent> tensors, TensorContent tensor)
        {
            tensors.RemoveAll(other => string.Equals(other.Name, tensor.Name, StringComparison.Ordinal));
            tensors.Add(tensor);
        }
    }

    [Test]
    public void AFileThatIsBrokenOrMissingOrCancelledChangesNothing()
    {
        string path = _folder.PathOf("broken.safetensors");
        Checkpoint run = NewRun(store => new Adam(store));
        run.Save(path);
        byte[] saved = File.ReadAllBytes(path);
        for (int length = 0; length < saved.Length; length += 1 + length / 50)
        {
            string cut = _folder.Write("cut.safetensors", saved.AsSpan(0, length));
            Refusal.Of<InvalidFileException>(() => run.Load(cut), cut);
        }

        Refusal.Of<FileNotFoundException>(() => run.Load(_folder.PathOf("none.safetensors")));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Refusal.Of<OperationCanceledException>(() => run.Load(path, cancellationToken: cancelled.Token));
        Refusal.Of<OperationCanceledException>(() => run.Save(path, cancellationToken: cancelled.Token));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(saved), "a save that was cancelled");
        run.Save(path);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(saved));
    }

    private static Adam WithGroup(ParameterStore store)
    {
        var adam = new Adam(store);
        adam.AddGroup([store.Parameters[0]], options => options);
        return adam;
    }

    private static TestCaseData Case(string name, Func<ParameterStore, object?> saved, Func<ParameterStore, object?> here, string message) =>
        new TestCaseData(saved, here, message).SetArgDisplayNames(name);

    private static object? Added(ParameterStore store, string name, Shape shape)
    {
        store.Add(name, shape);
        return null;
    }

    private static TestCaseData Edit(string name, string key, string? old, string? text, string message) =>
        new TestCaseData(key, old, text, message).SetArgDisplayNames(name);

    /// <summary>A run with two parameters and what <paramref name="make"/> adds, after a step.</summary>
    private static Checkpoint NewRun(Func<ParameterStore, object?> make)
    {
        var store = new ParameterStore();
        store.Add("w", [3, 5]);
        store.Add("bias", [3]);
        object? part = make(store);
        store.Freeze();
        store.Values.Fill(0.5f);
        store.Gradients.Fill(1);
        var checkpoint = new Checkpoint(store);
        switch (part)
        {
            case Optimizer optimizer:
                optimizer.Step();
                checkpoint.Add("it", optimizer);
                break;
            case IStateful other: checkpoint.Add("it", other); break;
        }

        return checkpoint;
    }

    private void AssertRefused(Checkpoint run, string path, string message)
    {
        string own = _folder.PathOf("own.safetensors");
        run.Save(own);
        byte[] before = File.ReadAllBytes(own);
        CheckpointMismatchException exception = Refusal.Of<CheckpointMismatchException>(() => run.Load(path), message);
        Assert.That(exception.Path, Is.EqualTo(path));
        Assert.That(exception.Message, Is.EqualTo($"{path}: {exception.Reason}"));
        run.Save(own);
        Assert.That(File.ReadAllBytes(own), Is.EqualTo(before), "something has changed");
    }

    private static void Rewrite(string path, Action<Dictionary<string, string>> changeMetadata, Action<List<TensorContent>>? changeTensors = null)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var tensors = new List<TensorContent>();
        using (var file = SafeTensorsFile.Open(path))
        {
            foreach ((string key, string text) in file.Metadata)
                metadata.Add(key, text);
            byte[] bytes = File.ReadAllBytes(path);
            foreach (StoredTensor tensor in file.Tensors)
                tensors.Add(TensorContent.OfBytes(tensor.Name, tensor.Type, tensor.Lengths, bytes.AsMemory((int)tensor.Offset, (int)tensor.ByteLength)));
        }

        changeMetadata(metadata);
        changeTensors?.Invoke(tensors);
        SafeTensorsFile.Save(path, tensors, metadata);
    }
}
