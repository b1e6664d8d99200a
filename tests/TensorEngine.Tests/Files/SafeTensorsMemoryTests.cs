using NUnit.Framework;
using TensorEngine.Files;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Files;

/// <summary>
/// Beyond the caller's buffers, reading and writing allocate at most 8 times the header and 1 MiB: all allocations are counted, not only
/// those that are alive together.
/// </summary>
public sealed class SafeTensorsMemoryTests
{
    private const int Elements = 16 << 20;

    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [Test]
    public void AGibibyteIsReadWithinTheBound()
    {
        const int Tensors = 16;
        string header = "{" + string.Join(',', Enumerable.Range(0, Tensors).Select(i =>
            $"\"{i}\":{{\"dtype\":\"F32\",\"shape\":[{Elements}],\"data_offsets\":[{4L * i * Elements},{4L * (i + 1) * Elements}]}}")) + "}";
        string path = _folder.Write("sparse.safetensors", SafeTensorsCase.File(header, 0));
        using (FileStream sparse = File.OpenWrite(path))
            sparse.SetLength(8 + header.Length + (4L * Tensors * Elements));

        float[] destination = new float[Elements];
        destination.AsSpan().Fill(1);
        AssertWithinBound(header.Length, () =>
        {
            using SafeTensorsFile file = SafeTensorsFile.Open(path);
            foreach (StoredTensor tensor in file.Tensors)
                file.Read(tensor, destination);
        });
        Assert.That(destination.AsSpan().IndexOfAnyExcept(0f), Is.Negative);
    }

    [Test]
    public void LargeTensorsAreWrittenWithinTheBound()
    {
        string path = _folder.PathOf("large.safetensors");
        float[] values = new float[Elements];
        TensorContent[] tensors = [TensorContent.Of("a", [Elements], values), TensorContent.Of("b", [Elements], values)];
        AssertWithinBound(128, () => SafeTensorsFile.Save(path, tensors));
        Assert.That(new FileInfo(path).Length, Is.GreaterThan(8L * Elements));
    }

    [Test]
    public void LargeTensorsGoThroughStreamsWithinTheBound()
    {
        float[] values = new float[Elements];
        values[^1] = 7;
        TensorContent[] tensors = [TensorContent.Of("a", [Elements], values)];
        using FileStream stream = new(_folder.PathOf("stream"), FileMode.Create, FileAccess.ReadWrite);
        AssertWithinBound(128, () => SafeTensorsFile.Save(stream, tensors));
        stream.Position = 0;
        values[^1] = 0;
        AssertWithinBound(128, () =>
        {
            using SafeTensorsFile file = SafeTensorsFile.Open(stream, leaveOpen: true);
            file.Read(file["a"], values);
        });
        Assert.That(values[^1], Is.EqualTo(7));

        stream.SetLength(0);
        stream.Position = 0;
        AssertWithinBound(128, () => NumPyFile.Save(stream, values, [Elements]));
        stream.Position = 0;
        values[^1] = 0;
        AssertWithinBound(128, () => NumPyFile.LoadInto(stream, values, [Elements]));
        Assert.That(values[^1], Is.EqualTo(7));

        stream.SetLength(0);
        stream.Position = 0;
        AssertWithinBound(128, () => NumPyArchive.Save(stream, tensors));
        stream.Position = 0;
        AssertWithinBound(Elements, () => NumPyArchive.Load(stream));
    }

    [Test]
    public void ManySmallTensorsAreReadAndWrittenWithinTheBound()
    {
        const int Tensors = 10_000;
        string path = _folder.PathOf("many.safetensors");
        float[] values = [1, 2, 3, 4];
        TensorContent[] tensors = [.. Enumerable.Range(0, Tensors).Select(i => TensorContent.Of($"layer{i}.weight", [2, 2], values))];
        SafeTensorsFile.Save(path, tensors);
        using FileStream stream = File.OpenRead(path);
        int header = stream.ReadByte() | stream.ReadByte() << 8 | stream.ReadByte() << 16;

        AssertWithinBound(header, () => SafeTensorsFile.Save(path, tensors));
        float[] destination = new float[4];
        AssertWithinBound(header, () =>
        {
            using SafeTensorsFile file = SafeTensorsFile.Open(path);
            foreach (StoredTensor tensor in file.Tensors)
            {
                destination.AsSpan().Clear();
                file.Read(tensor, destination);
                if (!destination.AsSpan().SequenceEqual(values))
                    throw new InvalidOperationException($"{tensor} was not read.");
            }
        });
    }

    [TestCase(200_000, 1)]
    [TestCase(500, 10_000)]
    public void ALargeHeaderOfSoundEntriesIsReadWithinTheBound(int entries, int rank)
    {
        string lengths = string.Join(',', Enumerable.Repeat("0", rank));
        string header = "{" + string.Join(',', Enumerable.Range(0, entries).Select(i =>
            $"\"{i:x5}\":{{\"dtype\":\"U8\",\"shape\":[{lengths}],\"data_offsets\":[0,0]}}")) + "}";
        string path = _folder.Write("entries.safetensors", SafeTensorsCase.File(header, 0));
        AssertWithinBound(header.Length, () =>
        {
            using SafeTensorsFile file = SafeTensorsFile.Open(path);
            if (file.Tensors.Count != entries)
                throw new InvalidOperationException($"{file.Tensors.Count} tensors.");
        });
    }

    [Test]
    public void AsMuchMetadataAsIsReadTakesNoMoreThanTheBound()
    {
        string header = "{\"__metadata__\":{" + string.Join(',', Enumerable.Range(0, 30_000).Select(i => $"\"{i:x}\":\"{i % 100}\"")) + "}}";
        string path = _folder.Write("metadata.safetensors", SafeTensorsCase.File(header, 0));
        AssertWithinBound(header.Length, () => SafeTensorsFile.Open(path).Dispose());
    }

    /// <summary>Ten million entries that say nothing, in a header of 70 MB.</summary>
    [Test]
    public void AHostileHeaderOfTenMillionEntriesIsRefusedWithinTheBound()
    {
        const int Entries = 10_000_000;
        byte[] header = new byte[1 + (7 * Entries)];
        header[0] = (byte)'{';
        for (int i = 0; i < Entries; i++)
            "\"a\":{},"u8.CopyTo(header.AsSpan(1 + (7 * i)));
        header[^1] = (byte)'}';
        string path = _folder.Write("hostile.safetensors", SafeTensorsCase.File(header, 0));
        AssertWithinBound(header.Length, () => Refusal.Of<InvalidFileException>(() => SafeTensorsFile.Open(path).Dispose(), "\"a\" has no dtype"));
    }

    /// <summary>A header that claims 100,000,000 bytes in a file of eight takes none of them.</summary>
    [Test]
    public void AClaimTakesNoMemory()
    {
        string path = _folder.Write("claim.safetensors", [0, 0xE1, 0xF5, 5, 0, 0, 0, 0]);
        AssertWithinBound(0, () => Refusal.Of<InvalidFileException>(() => SafeTensorsFile.Open(path).Dispose()));
    }

    private static void AssertWithinBound(int header, Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(allocated, Is.LessThan((8L * header) + (1 << 20)));
    }
}
