using NUnit.Framework;
using TensorEngine.Files;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Files;

/// <summary>What reading and writing demand of their arguments, how they are cancelled, and what they report.</summary>
public sealed class SafeTensorsAccessTests
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.PathOf("access.safetensors");

    [SetUp]
    public void Save() => SafeTensorsFile.Save(Path, [TensorContent.Of("a", [2], new float[] { 1, 2 }), TensorContent.Of("b", [], new long[] { 3 })]);

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [Test]
    public void TensorsAreFoundByName()
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(Path);
        Assert.That(file.TryGetValue("a", out StoredTensor? tensor));
        Assert.That(tensor!.ToString(), Is.EqualTo("a F32 [2]"));
        Assert.That(tensor.HasShape([2]) && !tensor.HasShape([2, 1]) && !tensor.HasShape([3]));
        Assert.That(file.TryGetValue("A", out _), Is.False);
        Refusal.Of<KeyNotFoundException>(() => _ = file["A"], "\"A\"", "2 tensors");
        Refusal.OfArgument<ArgumentNullException>("name", () => file.TryGetValue(null!, out _));
    }

    [Test]
    public void ElementsAreReadAsTheirTypeOnly()
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(Path);
        long[] counter = new long[1];
        file.Read(file["b"], counter);
        Assert.That(counter[0], Is.EqualTo(3));
        InvalidFileException refused = Refusal.Of<InvalidFileException>(() => file.Read(file["b"], new float[1]), "\"b\" is of type I64", "F32, F64, F16 or BF16");
        Assert.That(refused.Offset, Is.EqualTo(9));
        Refusal.Of<InvalidFileException>(() => file.Read(file["a"], new long[2]), "\"a\" is of type F32", "must be I64");
        Refusal.Of<InvalidFileException>(() => file.Read(file["a"], new ulong[2]), "must be U64");
        Refusal.Of<InvalidFileException>(() => file.Read(file["a"], new double[2]), "must be F64");
        Refusal.Of<InvalidFileException>(() => file.Read(file["a"], new byte[2]), "must be U8");
    }

    [Test]
    public void EveryTypeThatIsWrittenIsReadBack()
    {
        string path = _folder.PathOf("types.safetensors");
        SafeTensorsFile.Save(
            path,
            [
                TensorContent.Of("doubles", [2], new[] { 0.1, double.NaN }), TensorContent.Of("longs", [2], new[] { long.MinValue, 1 }),
                TensorContent.Of("ulongs", [1, 1], new[] { ulong.MaxValue }), TensorContent.Of("bytes", [3], "abc"u8.ToArray()),
            ]);
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        double[] doubles = new double[2];
        long[] longs = new long[2];
        ulong[] ulongs = new ulong[1];
        byte[] bytes = new byte[3];
        file.Read(file["doubles"], doubles);
        file.Read(file["longs"], longs);
        file.Read(file["ulongs"], ulongs);
        file.Read(file["bytes"], bytes);
        Assert.That(doubles, Is.EqualTo(new[] { 0.1, double.NaN }));
        Assert.That(longs, Is.EqualTo(new[] { long.MinValue, 1 }));
        Assert.That(ulongs, Is.EqualTo(new[] { ulong.MaxValue }));
        Assert.That(bytes, Is.EqualTo("abc"u8.ToArray()));
    }

    [Test]
    public void TheDestinationMustFit()
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(Path);
        using SafeTensorsFile other = SafeTensorsFile.Open(Path);
        Refusal.OfArgument<ArgumentException>("destination", () => file.Read(file["a"], new float[3]), "3 elements", "\"a\" has 2");
        Refusal.OfArgument<ArgumentException>("tensor", () => file.Read(other["a"], new float[2]), "another file");
        Refusal.OfArgument<ArgumentNullException>("tensor", () => file.Read(null!, new float[2]));
        Refusal.OfArgument<ArgumentNullException>("tensor", () => file.Read(null!, new long[2]));
    }

    [Test]
    public void AFileThatBecomesShorterIsNoticed()
    {
        const int Length = 100_000;
        SafeTensorsFile.Save(Path, [TensorContent.Of("a", [Length], new float[Length])]);
        using SafeTensorsFile file = SafeTensorsFile.Open(Path);
        StoredTensor tensor = file["a"];
        using (FileStream shrinking = new(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            shrinking.SetLength(tensor.Offset + 5);
        InvalidFileException refused = Refusal.Of<InvalidFileException>(() => file.Read(tensor, new float[Length]), "ends here; 399995 bytes more");
        Assert.That(refused.Offset, Is.EqualTo(tensor.Offset + 5));
    }

    [Test]
    public void AClosedFileIsNotRead()
    {
        SafeTensorsFile file = SafeTensorsFile.Open(Path);
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Read(file["a"], new float[2]));
    }

    [Test]
    public void PathsThatAreNoFileAreRefused()
    {
        Assert.Throws<FileNotFoundException>(() => SafeTensorsFile.Open(_folder.PathOf("none")));
        Assert.Throws<DirectoryNotFoundException>(() => SafeTensorsFile.Open(_folder.PathOf("none/none")));
        Assert.Throws<UnauthorizedAccessException>(() => SafeTensorsFile.Open(_folder.Folder));
        Refusal.OfArgument<ArgumentException>("path", () => SafeTensorsFile.Open(""));
        Refusal.OfArgument<ArgumentNullException>("path", () => SafeTensorsFile.Open((string)null!));
        Refusal.OfArgument<ArgumentException>("path", () => SafeTensorsFile.Save("", []));
        Refusal.OfArgument<ArgumentNullException>("path", () => SafeTensorsFile.Save((string)null!, []));
        Refusal.OfArgument<ArgumentNullException>("tensors", () => SafeTensorsFile.Save(Path, null!));
        Refusal.OfArgument<ArgumentNullException>("tensors", () => SafeTensorsFile.Save(Path, [null!]));
    }

    [Test]
    public void WhatAFileCannotHoldIsRefused()
    {
        byte[] before = File.ReadAllBytes(Path);
        foreach ((string name, string reason) in new[] { ("a\0", "code 0"), ("\ud800", "surrogate"), ("__metadata__", "metadata") })
            Refusal.OfArgument<ArgumentException>("name", () => TensorContent.Of(name, [], new float[1]), reason);
        Refusal.OfArgument<ArgumentNullException>("name", () => TensorContent.Of(null!, [], new float[1]));
        Refusal.OfArgument<ArgumentException>("values", () => TensorContent.Of("a", [2], new float[3]), "3 elements", "[2] has 2");
        Refusal.OfArgument<ArgumentException>("bytes", () => TensorContent.OfBytes("a", ElementType.F32, [2], new byte[7]), "7 bytes", "[2] of F32");
        Refusal.OfArgument<ArgumentException>("bytes", () => TensorContent.OfBytes("a", ElementType.F32, [1L << 62, 1L << 62], new byte[7]), "7 bytes");
        Refusal.OfArgument<ArgumentException>("lengths", () => TensorContent.OfBytes("a", ElementType.F4, [3], new byte[2]), "12 bits", "whole bytes");
        Refusal.OfArgument<ArgumentOutOfRangeException>("lengths", () => TensorContent.OfBytes("a", ElementType.F32, [-1], default), "-1");
        Refusal.OfArgument<ArgumentOutOfRangeException>("type", () => TensorContent.OfBytes("a", (ElementType)22, [], new byte[4]), "22");
        TensorContent tensor = TensorContent.Of("a", [], new float[1]);
        Refusal.OfArgument<ArgumentException>("tensors", () => SafeTensorsFile.Save(Path, [tensor, tensor]), "\"a\" twice");
        Refusal.OfArgument<ArgumentException>("metadata", () => SafeTensorsFile.Save(Path, [], [new("a\0", "")]), "code 0");
        Refusal.OfArgument<ArgumentException>("metadata", () => SafeTensorsFile.Save(Path, [], [new("a", "\udc00")]), "surrogate");
        Refusal.OfArgument<ArgumentNullException>("metadata", () => SafeTensorsFile.Save(Path, [], [new("a", null!)]));
        Refusal.OfArgument<ArgumentException>(
            "metadata", () => SafeTensorsFile.Save(Path, [], Enumerable.Range(0, 30_001).Select(i => KeyValuePair.Create($"{i}", ""))), "30001 entries");
        Refusal.OfArgument<ArgumentException>("metadata", () => SafeTensorsFile.Save(Path, [], [new("a", ""), new("a", "")]), "\"a\" twice");
        Refusal.Of<NotSupportedException>(() => SafeTensorsFile.Save(Path, [], [new("a", new string('a', 100_000_000))]), "100000000 bytes");
        Assert.That(File.ReadAllBytes(Path), Is.EqualTo(before));
        Assert.That(Directory.GetFiles(_folder.Folder, "*.tmp"), Is.Empty);
    }

    [Test]
    public void ACancelledSaveLeavesTheOldFile()
    {
        byte[] before = File.ReadAllBytes(Path);
        using var cancelled = new CancellationTokenSource();
        float[] values = new float[20 << 20];
        TensorContent[] tensors = [TensorContent.Of("c", [values.Length], values)];
        var progress = new Reports(done =>
        {
            if (done.BytesDone > 40 << 20)
                cancelled.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() => SafeTensorsFile.Save(Path, tensors, progress: progress, cancellationToken: cancelled.Token));
        Assert.Throws<OperationCanceledException>(() => SafeTensorsFile.Save(Path, tensors, cancellationToken: cancelled.Token));
        Assert.Throws<OperationCanceledException>(() => SafeTensorsFile.Open(Path, cancelled.Token));
        Assert.That(progress.All[^1].BytesDone, Is.InRange(40 << 20, 60 << 20));
        Assert.That(File.ReadAllBytes(Path), Is.EqualTo(before));
        Assert.That(Directory.GetFiles(_folder.Folder, "*.tmp"), Is.Empty);
    }

    [Test]
    public void LargeFilesReportTheirProgressAndSmallOnesDoNot()
    {
        string path = _folder.PathOf("progress.safetensors");
        foreach ((int elements, bool reported) in new[] { (16 << 20, false), ((16 << 20) + 1, true) })
        {
            float[] values = new float[elements];
            var saved = new Reports();
            SafeTensorsFile.Save(path, [TensorContent.Of("a", [elements], values)], progress: saved);
            var read = new Reports();
            using SafeTensorsFile file = SafeTensorsFile.Open(path);
            file.Read(file["a"], values, read);
            foreach (Reports reports in new[] { saved, read })
            {
                Assert.That(reports.All.Count, reported ? Is.EqualTo(9) : Is.Zero);
                Assert.That(reports.All, Is.Ordered.By(nameof(TransferProgress.BytesDone)));
                if (reported)
                    Assert.That(reports.All[^1], Is.EqualTo(new TransferProgress(4L * elements, 4L * elements)));
            }

            using var cancelled = new CancellationTokenSource();
            cancelled.Cancel();
            Assert.Throws<OperationCanceledException>(() => file.Read(file["a"], values, cancellationToken: cancelled.Token));
        }
    }

    private sealed class Reports(Action<TransferProgress>? action = null) : IProgress<TransferProgress>
    {
        public List<TransferProgress> All { get; } = [];

        public void Report(TransferProgress value)
        {
            All.Add(value);
            action?.Invoke(value);
        }
    }
}
