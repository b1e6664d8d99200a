using System.Text;
using NUnit.Framework;
using TensorEngine.Files;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Files;

/// <summary>What is written is what the format's own library writes, and what is read is what was written.</summary>
public sealed class SafeTensorsFileTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [Test]
    public void AFileOfNothingIsTheKnownOne()
    {
        string path = _folder.PathOf("nothing.safetensors");
        SafeTensorsFile.Save(path, []);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 8, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20 }));
    }

    [Test]
    public void AScalarIsTheKnownOne()
    {
        string path = _folder.PathOf("scalar.safetensors");
        SafeTensorsFile.Save(path, [TensorContent.OfBytes("test", ElementType.I32, [], new byte[4])]);
        byte[] expected = [0x38, 0, 0, 0, 0, 0, 0, 0, .. """{"test":{"dtype":"I32","shape":[],"data_offsets":[0,4]}}"""u8, 0, 0, 0, 0];
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(expected));
    }

    [Test]
    public void TensorsAreSortedAndMetadataComesFirst()
    {
        string path = _folder.PathOf("sorted.safetensors");
        SafeTensorsFile.Save(
            path,
            [
                TensorContent.Of("\U00010000", [1], new byte[] { 1 }),
                TensorContent.Of("b", [2], new float[] { 1, 2 }),
                TensorContent.Of("\uE000", [1], new byte[] { 2 }),
                TensorContent.Of("a\"\\\n\u0001", [1, 1], new float[] { 3 }),
                TensorContent.Of("c", [], new long[] { -1 }),
                TensorContent.Of("d", [], new double[] { 0.5 }),
            ],
            [new("z", "1"), new("A", "é")]);
        byte[] bytes = File.ReadAllBytes(path);
        int length = BitConverter.ToInt32(bytes);
        Assert.That(length % 8, Is.Zero);
        string expected =
            $$"""
            {"__metadata__":{"A":"é","z":"1"},
            "c":{"dtype":"I64","shape":[],"data_offsets":[0,8]},
            "d":{"dtype":"F64","shape":[],"data_offsets":[8,16]},
            "a\"\\\n\u0001":{"dtype":"F32","shape":[1,1],"data_offsets":[16,20]},
            "b":{"dtype":"F32","shape":[2],"data_offsets":[20,28]},
            "{{'\uE000'}}":{"dtype":"U8","shape":[1],"data_offsets":[28,29]},
            "{{"\U00010000"}}":{"dtype":"U8","shape":[1],"data_offsets":[29,30]}
            }
            """;
        Assert.That(Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' '), Is.EqualTo(expected.ReplaceLineEndings("")));
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        Assert.That(file.Tensors.Select(tensor => tensor.Name), Is.EqualTo(new[] { "c", "d", "a\"\\\n\u0001", "b", "\uE000", "\U00010000" }));
        Assert.That(file.Metadata, Is.EqualTo(new Dictionary<string, string>(StringComparer.Ordinal) { ["A"] = "é", ["z"] = "1" }));
        float[] read = new float[2];
        file.Read(file["b"], read);
        Assert.That(read, Is.EqualTo(new float[] { 1, 2 }));
    }
}
