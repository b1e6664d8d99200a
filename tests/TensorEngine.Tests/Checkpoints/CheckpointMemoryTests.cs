using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Files;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>Saving and loading take memory for the header only, and large files tell how far they are.</summary>
public sealed class CheckpointMemoryTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [TestCase(1, 1_000_000)]
    [TestCase(10_000, 100)]
    public void MemoryIsAtMostEightTimesTheHeaderAndAMebibyte(int count, int length)
    {
        var store = new ParameterStore();
        for (int i = 0; i < count; i++)
            store.Add($"layers.{i}.weight", [length]);
        var adam = new Adam(store);
        adam.Step();
        var checkpoint = new Checkpoint(store) { { "optimizer", adam } };
        string path = _folder.PathOf("large.safetensors");
        checkpoint.Save(path);
        checkpoint.Load(path);
        using FileStream file = File.OpenRead(path);
        using var reader = new BinaryReader(file);
        long allowed = 8 * reader.ReadInt64() + (1 << 20);

        long start = GC.GetAllocatedBytesForCurrentThread();
        checkpoint.Save(path);
        long saved = GC.GetAllocatedBytesForCurrentThread();
        checkpoint.Load(path);
        long loaded = GC.GetAllocatedBytesForCurrentThread();
        SafeTensorsFile.Open(path).Dispose();
        long opened = GC.GetAllocatedBytesForCurrentThread();
        TestContext.Out.WriteLine(
            $"{count} parameters: allowed {allowed}, saving {saved - start}, loading {loaded - saved}, of which opening {opened - loaded}");
        Assert.That(saved - start, Is.LessThanOrEqualTo(allowed), "saving");
        Assert.That(loaded - saved, Is.LessThanOrEqualTo(allowed), "loading");

        using FileStream stream = new(_folder.PathOf("stream"), FileMode.Create, FileAccess.ReadWrite);
        start = GC.GetAllocatedBytesForCurrentThread();
        checkpoint.Save(stream);
        saved = GC.GetAllocatedBytesForCurrentThread();
        stream.Position = 0;
        checkpoint.Load(stream);
        loaded = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(saved - start, Is.LessThanOrEqualTo(allowed), "saving to a stream");
        Assert.That(loaded - saved, Is.LessThanOrEqualTo(allowed), "loading from a stream");
    }

    [Test]
    public void LargeFilesTellHowFarTheyAreAndCanBeCancelled()
    {
        var store = new ParameterStore();
        store.Add("w", [6_000_000]);
        store.Add("b", [3]);
        var adam = new Adam(store);
        var checkpoint = new Checkpoint(store) { { "optimizer", adam } };
        string path = _folder.PathOf("progress.safetensors");
        var saving = new Reports();
        checkpoint.Save(path, saving);
        var loading = new Reports();
        checkpoint.Load(path, loading);
        foreach (Reports reports in new[] { saving, loading })
        {
            Assert.That(reports.All, Has.Count.GreaterThan(3));
            Assert.That(reports.All.Select(report => report.BytesDone), Is.Ordered.Ascending);
            Assert.That(reports.All[^1], Is.EqualTo(new TransferProgress(12 * store.ElementCount, 12 * store.ElementCount)));
        }

        using var source = new CancellationTokenSource();
        adam.Step();
        Refusal.Of<OperationCanceledException>(() => checkpoint.Load(path, new Reports(source), source.Token));
        Assert.That(adam.StepCount(store["w"]), Is.EqualTo(1), "what is loaded last, after the tensors");
        checkpoint.Load(path);
        Assert.That(adam.StepCount(store["w"]), Is.Zero);
    }

    private sealed class Reports(CancellationTokenSource? cancels = null) : IProgress<TransferProgress>
    {
        public List<TransferProgress> All { get; } = [];

        public void Report(TransferProgress value)
        {
            All.Add(value);
            cancels?.Cancel();
        }
    }
}
