using System.IO.Compression;
using NUnit.Framework;
using TensorEngine.Files;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Files;

/// <summary>Streams are read and written as files are: the same bytes, the same refusals at the same byte.</summary>
public sealed class StreamTests
{
    // What stands before a file in a stream, which the file knows nothing of.
    private const int Before = 13;

    private static readonly float[] s_values = [1, -2, 3.5f, float.NaN, 0, -0f];

    private readonly TemporaryFolder _folder = new();

    private static TensorContent[] Contents =>
    [
        TensorContent.Of("weight", [2, 3], s_values),
        TensorContent.Of("steps", [], new long[] { 7 }),
        TensorContent.Of("scale", [1], new[] { 0.25 }),
    ];

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [Test]
    public void WhatIsWrittenAreTheBytesOfTheFile([Values] bool canSeek)
    {
        string path = _folder.PathOf("written");
        SafeTensorsFile.Save(path, Contents, [new("a", "b")]);
        Assert.That(Written(stream => SafeTensorsFile.Save(stream, Contents, [new("a", "b")])), Is.EqualTo(File.ReadAllBytes(path)));
        NumPyFile.Save(path, s_values, [2, 3]);
        Assert.That(Written(stream => NumPyFile.Save(stream, s_values, [2, 3])), Is.EqualTo(File.ReadAllBytes(path)));
        NumPyArchive.Save(path, Contents);
        byte[] archive = Written(stream => NumPyArchive.Save(stream, Contents));
        Assert.That(archive.AsSpan().SequenceEqual(File.ReadAllBytes(path)), Is.EqualTo(canSeek));
        Assert.That(NumPyArchive.Load(new MemoryStream(archive))["weight"].Values, Is.EqualTo(s_values));

        byte[] Written(Action<Stream> write)
        {
            var memory = new MemoryStream();
            memory.Write(new byte[Before]);
            using var stream = new DripStream(memory, canSeek);
            write(stream);
            Assert.That(stream.IsClosed, Is.False);
            Assert.That(memory.Position, Is.EqualTo(memory.Length));
            return memory.ToArray()[Before..];
        }
    }

    [Test]
    public void WhatIsReadIsWhatTheFileHas()
    {
        using DripStream tensors = Holding(stream => SafeTensorsFile.Save(stream, Contents));
        using (SafeTensorsFile file = SafeTensorsFile.Open(tensors, leaveOpen: true))
        {
            Assert.That(file.Path, Is.EqualTo("(DripStream)"));
            float[] weight = new float[6];
            long[] steps = new long[1];
            file.Read(file["weight"], weight);
            file.Read(file["steps"], steps);
            file.Read(file["weight"], weight);
            Assert.That(weight, Is.EqualTo(s_values));
            Assert.That(steps[0], Is.EqualTo(7));
        }

        Assert.That(tensors.IsClosed, Is.False);
        tensors.Position = Before;
        SafeTensorsFile.Open(tensors).Dispose();
        Assert.That(tensors.IsClosed);

        using DripStream array = Holding(stream => NumPyFile.Save(stream, s_values, [3, 2]));
        Assert.That(NumPyFile.Load(array).Values, Is.EqualTo(s_values));
        array.Position = Before;
        float[] into = new float[6];
        NumPyFile.LoadInto(array, into, [3, 2]);
        Assert.That(into, Is.EqualTo(s_values));
        using DripStream archive = Holding(stream => NumPyArchive.Save(stream, Contents));
        NumPyArrays arrays = NumPyArchive.Load(archive);
        Assert.That(arrays.Keys, Is.EqualTo(new[] { "weight", "steps", "scale" }));
        Assert.That(arrays["scale"].Values, Is.EqualTo(new[] { 0.25f }));
        Assert.That(array.IsClosed || archive.IsClosed, Is.False);
    }

    [TestCaseSource(typeof(SafeTensorsCases), nameof(SafeTensorsCases.All))]
    public void AWrongSafeTensorsFileIsRefusedAsInAFile(SafeTensorsCase wrong)
    {
        using DripStream stream = Holding(target => target.Write(wrong.Bytes));
        AssertRefused(() => SafeTensorsFile.Open(stream), wrong.Bytes.Length, wrong.Offset, wrong.Reason);
        Assert.That(stream.IsClosed, "not left open");
    }

    [TestCaseSource(typeof(NumPyCases), nameof(NumPyCases.All))]
    public void AWrongNpyFileIsRefusedAsInAFile(NumPyCase wrong)
    {
        using DripStream stream = Holding(target => target.Write(wrong.Bytes));
        AssertRefused(() => NumPyFile.Load(stream), wrong.Bytes.Length, wrong.Offset, wrong.Reason);
        stream.Position = Before;
        Refusal.Of<InvalidFileException>(() => NumPyFile.LoadInto(stream, new float[6], [2, 3]), "(DripStream), byte");
    }

    [Test]
    public void AnArchiveCutOffAnywhereIsRefused()
    {
        var memory = new MemoryStream();
        NumPyArchive.Save(memory, Contents);
        for (int length = 0; length < memory.Length; length++)
        {
            using DripStream stream = Holding(target => target.Write(memory.ToArray().AsSpan(0, length)));
            Refusal.Of<InvalidFileException>(() => NumPyArchive.Load(stream), "(DripStream), byte 0: The file is not a valid zip archive");
        }
    }

    /// <summary>A stream that says nothing of its length could claim anything.</summary>
    [Test]
    public void AStreamThatCannotSeekIsNotRead()
    {
        using var stream = new DripStream(new MemoryStream(new byte[100]), canSeek: false);
        foreach (Action read in Reads(stream))
            Refusal.OfArgument<ArgumentException>("stream", read, "DripStream that cannot seek", "copy it into a MemoryStream");
        Assert.That(stream.IsClosed, Is.False);
    }

    [Test]
    public void StreamsThatCannotBeReadOrWrittenAreRefused()
    {
        var closed = new MemoryStream();
        closed.Dispose();
        foreach (Action action in Reads(closed).Concat(Writes(closed)))
            Refusal.OfArgument<ArgumentException>("stream", action, "MemoryStream that cannot be", "or is closed");
        foreach (Action action in Reads(null!).Concat(Writes(null!)))
            Refusal.OfArgument<ArgumentNullException>("stream", action);
        foreach (Action action in Writes(new MemoryStream([], writable: false)))
            Refusal.OfArgument<ArgumentException>("stream", action, "cannot be written");
    }

    [Test]
    public void NothingIsWrittenOfWhatIsRefused()
    {
        var memory = new MemoryStream();
        TensorContent one = Contents[0];
        Assert.Throws<ArgumentException>(() => SafeTensorsFile.Save(memory, [one, one]));
        Assert.Throws<ArgumentException>(() => NumPyFile.Save(memory, s_values, [7]));
        Assert.Throws<ArgumentException>(() => NumPyArchive.Save(memory, [one, one]));
        Assert.Throws<ArgumentOutOfRangeException>(() => NumPyArchive.Load(memory, maximumBytes: -1));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => SafeTensorsFile.Save(memory, [one], cancellationToken: cancelled.Token));
        Assert.Throws<OperationCanceledException>(() => NumPyFile.Save(memory, s_values, [6], cancellationToken: cancelled.Token));
        Assert.Throws<OperationCanceledException>(() => NumPyArchive.Save(memory, [one], cancellationToken: cancelled.Token));
        Assert.That(memory.Length, Is.Zero);
    }

    /// <summary>An embedded resource, a member of a zip archive: whatever is no file.</summary>
    [Test]
    public void AMemberOfAZipArchiveIsReadFromMemory()
    {
        var zipped = new MemoryStream();
        using (var archive = new ZipArchive(zipped, ZipArchiveMode.Create, leaveOpen: true))
        using (Stream member = archive.CreateEntry("model.safetensors").Open())
            SafeTensorsFile.Save(member, Contents);
        using var reading = new ZipArchive(zipped);
        var copy = new MemoryStream();
        using (Stream member = reading.Entries[0].Open())
            member.CopyTo(copy);
        copy.Position = 0;
        using SafeTensorsFile file = SafeTensorsFile.Open(copy);
        Assert.That(file.Tensors, Has.Count.EqualTo(3));
    }

    /// <summary>Of a file that is open as a stream the messages have the path.</summary>
    [Test]
    public void AFileStreamIsCalledByItsPath()
    {
        string path = _folder.Write("wrong", "no tensors at all"u8);
        using FileStream stream = File.OpenRead(path);
        Refusal.Of<InvalidFileException>(() => SafeTensorsFile.Open(stream), path);
    }

    [Test]
    public void APositionBehindTheEndIsAnEmptyFile()
    {
        var memory = new MemoryStream(new byte[4]) { Position = 9 };
        Refusal.Of<InvalidFileException>(() => NumPyFile.Load(memory), "byte 0: The file ends here");
        memory.Position = 9;
        Refusal.Of<InvalidFileException>(() => NumPyArchive.Load(memory), "zip archive");
        memory.Position = 9;
        Refusal.Of<InvalidFileException>(() => SafeTensorsFile.Open(memory), "The file has 0 bytes");
    }

    [Test]
    public void ASegmentKnowsItsOwnPlacesOnly()
    {
        var memory = new MemoryStream(new byte[Before + 7]) { Position = Before };
        using var segment = new StreamSegment(memory);
        Assert.That(segment.Length, Is.EqualTo(7));
        Assert.That(segment.Position, Is.Zero);
        Assert.That(segment.Seek(-2, SeekOrigin.End), Is.EqualTo(5));
        Assert.That(memory.Position, Is.EqualTo(Before + 5));
        Assert.That(segment.Seek(1, SeekOrigin.Current), Is.EqualTo(6));
        Assert.That(segment.Seek(3, SeekOrigin.Begin), Is.EqualTo(3));
        Assert.Throws<IOException>(() => segment.Seek(-4, SeekOrigin.Current));
        Assert.That(segment.Position, Is.EqualTo(3));
    }

    private static Action[] Reads(Stream stream) =>
    [
        () => SafeTensorsFile.Open(stream), () => NumPyFile.Load(stream),
        () => NumPyFile.LoadInto(stream, new float[1], []), () => NumPyArchive.Load(stream),
    ];

    private static Action[] Writes(Stream stream) =>
    [
        () => SafeTensorsFile.Save(stream, []), () => NumPyFile.Save(stream, [1], []), () => NumPyArchive.Save(stream, []),
    ];

    private static DripStream Holding(Action<Stream> write)
    {
        var memory = new MemoryStream();
        memory.Write(new byte[Before]);
        write(memory);
        memory.Position = Before;
        return new DripStream(memory);
    }

    private static void AssertRefused(Action read, int length, long offset, string reason)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        InvalidFileException refused = Refusal.Of<InvalidFileException>(read, "(DripStream), byte", reason);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan((8L * length) + (1 << 20)));
        Assert.That(refused.Offset, Is.EqualTo(offset));
        Assert.That(refused.Path, Is.EqualTo("(DripStream)"));
    }
}
