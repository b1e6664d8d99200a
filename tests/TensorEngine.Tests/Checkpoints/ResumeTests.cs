using System.Runtime.InteropServices;
using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Generators;
using TensorEngine.Lanes;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>A run that was saved and loaded goes on with the same bits as one that was not interrupted.</summary>
public sealed class ResumeTests
{
    private const int Stop = 5; // parameters are frozen, evaluation values and averages swapped in
    private const int End = 11;

    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    /// <summary>Everything is compared that a checkpoint has.</summary>
    [TestCaseSource(typeof(ResumeCatalog), nameof(ResumeCatalog.Cases))]
    public void TrainingHalfSavingLoadingAndTrainingTheRestIsTrainingTheWhole(ResumeCase one)
    {
        ResumableRun whole = one.Make();
        Train(whole, 1, End);
        string expected = StateOf(whole);

        ResumableRun first = one.Make();
        Train(first, 1, Stop);
        string half = StateOf(first);
        Assert.That(half, Is.Not.EqualTo(expected), "a run that does nothing");
        string path = _folder.PathOf("half.safetensors");
        first.Checkpoint.Save(path);

        ResumableRun fresh = one.Make();
        fresh.Checkpoint.Load(path);
        Assert.That(StateOf(fresh), Is.EqualTo(half), "what was loaded");
        Train(fresh, Stop + 1, End);
        Assert.That(StateOf(fresh), Is.EqualTo(expected), "loaded into what is new");

        // What was there before the loading leaves no trace either, nor do the width of the one and that of the other.
        ResumableRun used = one.Make();
        Train(used, 101, 103);
        int width = LaneWidth.Current;
        using (new ForcedWidth(width == 4 ? 1 : 4))
        {
            used.Checkpoint.Load(path);
            Train(used, Stop + 1, End);
        }

        Assert.That(StateOf(used), Is.EqualTo(expected), "loaded over another run, at another width");
    }

    /// <summary>Parameters long enough to be shared out.</summary>
    [Test]
    public void TheNumberOfThreadsMayChange()
    {
        var store = new ParameterStore();
        store.Add("w", [1000, 700]);
        var adam = new Adam(store);
        var checkpoint = new Checkpoint(store) { { "optimizer", adam } };
        Step(1);
        Step(2);
        string path = _folder.PathOf("threads.safetensors");
        checkpoint.Save(path);
        Step(3);
        float[] expected = store.Values.ToArray();

        using var workers = new Workers(3);
        adam.Workers = workers;
        checkpoint.Load(path);
        Step(3);
        Bits.AssertSame(store.Values, expected, $"with three more threads");

        void Step(int step)
        {
            new Philox(1, (ulong)step).Normal(store.Gradients[..700_000]);
            adam.Step();
        }
    }

    private static void Train(ResumableRun run, int from, int to)
    {
        for (int step = from; step <= to; step++)
            run.Step(step);
    }

    private static string StateOf(ResumableRun run)
    {
        (List<StateTensor> tensors, Dictionary<string, string> metadata) = run.Checkpoint.Describe();
        IEnumerable<string> content = tensors.Select(tensor =>
            $"{tensor} {Convert.ToHexString(MemoryMarshal.AsBytes(tensor.Floats.Span))}{Convert.ToHexString(MemoryMarshal.AsBytes(tensor.Doubles.Span))}");
        return string.Join('\n', metadata.Select(entry => entry.ToString()).Concat(content));
    }
}
