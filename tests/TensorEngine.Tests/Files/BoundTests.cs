using System.Runtime.InteropServices;
using NUnit.Framework;
using TensorEngine.Files;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Files;

/// <summary>Exactly at a bound something is allowed, and one beyond it is refused; big-endian machines are right, too.</summary>
public sealed class BoundTests
{
    private const int LongestHeader = 100_000_000;

    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [Test]
    public void TheLongestHeaderIsReadAndWritten()
    {
        // {"__metadata__":{"a":"..."}} fills the header, with no blank behind it.
        const int Around = 25;
        string path = _folder.PathOf("longest.safetensors");
        SafeTensorsFile.Save(path, [], [new("a", new string('b', LongestHeader - Around))]);
        Assert.That(new FileInfo(path).Length, Is.EqualTo(8 + LongestHeader));
        using (SafeTensorsFile file = SafeTensorsFile.Open(path))
            Assert.That(file.Metadata["a"], Has.Length.EqualTo(LongestHeader - Around));
        Refusal.Of<NotSupportedException>(
            () => SafeTensorsFile.Save(path, [], [new("a", new string('b', LongestHeader - Around + 1))]), "more than 100000000 bytes");

        using (FileStream longer = File.OpenWrite(path))
        {
            longer.Write([1, 0xE1, 0xF5, 5, 0, 0, 0, 0]);
            longer.Position = longer.Length;
            longer.WriteByte((byte)' ');
        }

        Refusal.Of<InvalidFileException>(() => SafeTensorsFile.Open(path), "claims 100000001 bytes; the format allows 100000000");
    }

    /// <summary>The last bytes of a header are numbers and braces if it has tensors.</summary>
    [Test]
    public void TheLongestHeaderWithATensorIsWritten()
    {
        // {"...":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}
        const int Around = 51;
        Assert.That(LengthWith(LongestHeader - Around), Is.EqualTo(8 + LongestHeader + 1));
        Assert.Throws<NotSupportedException>(() => LengthWith(LongestHeader - Around + 1));

        long LengthWith(int name)
        {
            string path = _folder.PathOf("named.safetensors");
            SafeTensorsFile.Save(path, [TensorContent.Of(new string('a', name), [], new byte[1])]);
            using (SafeTensorsFile file = SafeTensorsFile.Open(path))
                Assert.That(file.Tensors.Single().Name, Has.Length.EqualTo(name));
            return new FileInfo(path).Length;
        }
    }

    [Test]
    public void AsManyEntriesOfMetadataAsAreReadAreWritten()
    {
        string path = _folder.PathOf("entries.safetensors");
        SafeTensorsFile.Save(path, [], Enumerable.Range(0, 30_000).Select(i => KeyValuePair.Create($"{i}", "")));
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        Assert.That(file.Metadata, Has.Count.EqualTo(30_000));
    }

    [Test]
    public void AsManyDimensionsAsNumPyKnowsAreReadAndWritten()
    {
        Shape deepest = Shape.Create([.. Enumerable.Repeat(1, 64)]);
        var memory = new MemoryStream();
        NumPyFile.Save(memory, [5], deepest);
        memory.Position = 0;
        Assert.That(NumPyFile.Load(memory).HasShape(deepest));
    }

    [Test]
    public void AHeaderAsLongAsNumPyReadsIsRead()
    {
        const string Sound = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
        byte[] longest = NumPyBytes.Make(Sound + new string(' ', 9_999 - Sound.Length), 24);
        Assert.That(NumPyFile.Load(new MemoryStream(longest)).HasShape([2, 3]));
    }

    /// <summary>The longest lengths whose bytes can be counted, beside one of 0.</summary>
    [Test]
    public void TheLargestShapeIsRead()
    {
        const string Npy = "{'descr': '|u1', 'fortran_order': False, 'shape': (9223372036854775807, 0), }";
        Assert.That(NumPyFile.Load(new MemoryStream(NumPyBytes.Make(Npy, 0))).Lengths.ToArray(), Is.EqualTo(new[] { long.MaxValue, 0 }));

        // 2^60 - 1 bytes are the most whose bits can be counted.
        byte[] sound = SafeTensorsCase.File("""{"a":{"dtype":"U8","shape":[1152921504606846975,0],"data_offsets":[0,0]}}""", 0);
        using SafeTensorsFile file = SafeTensorsFile.Open(new MemoryStream(sound));
        Assert.That(file["a"].Lengths.ToArray(), Is.EqualTo(new[] { (1L << 60) - 1, 0 }));
        byte[] larger = SafeTensorsCase.File("""{"a":{"dtype":"U8","shape":[1152921504606846976,0],"data_offsets":[0,0]}}""", 0);
        Refusal.Of<InvalidFileException>(() => SafeTensorsFile.Open(new MemoryStream(larger)), "more than 9223372036854775807 bits");
    }

    [Test]
    public void ElementsAreWrittenWithTheirBytesTheOtherWayRound([Values(1, 2, 4, 8)] int size)
    {
        // More than are turned at a time, and no multiple of it.
        byte[] bytes = [.. Enumerable.Range(0, 8 * 1_111).Select(i => (byte)(i * 7))];
        byte[] expected = [.. bytes.Chunk(size).SelectMany(element => element.Reverse())];
        var memory = new MemoryStream();
        FileElements.WriteReversed(memory, bytes, size);
        Assert.That(memory.ToArray(), Is.EqualTo(expected));
    }

    [TestCase(ElementType.F64, 8)]
    [TestCase(ElementType.F16, 2)]
    [TestCase(ElementType.BF16, 2)]
    [TestCase(ElementType.F32, 4)]
    public void ElementsOfTheOtherByteOrderAreRead(ElementType type, int size)
    {
        byte[] little = type switch
        {
            ElementType.F64 => MemoryMarshal.AsBytes<double>([1, -2.5]).ToArray(),
            ElementType.F16 => MemoryMarshal.AsBytes<Half>([(Half)1, (Half)(-2.5)]).ToArray(),
            ElementType.BF16 => [0x80, 0x3F, 0x20, 0xC0],
            _ => MemoryMarshal.AsBytes<float>([1, -2.5f]).ToArray(),
        };
        byte[] big = [.. little.Chunk(size).SelectMany(element => element.Reverse())];
        float[] values = new float[2];
        ElementConversion.ToFloats(type, big, littleEndian: !BitConverter.IsLittleEndian, values);
        Assert.That(values, Is.EqualTo(new[] { 1, -2.5f }));
    }
}
