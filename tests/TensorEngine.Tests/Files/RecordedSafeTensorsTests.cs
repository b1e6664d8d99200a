using NUnit.Framework;
using TensorEngine.Files;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Files;

/// <summary>The library agrees with an independent writer and reader of safetensors files, byte for byte.</summary>
public sealed class RecordedSafeTensorsTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [TestCaseSource(typeof(RecordedFiles), nameof(RecordedFiles.SafeTensors))]
    public void WritingGivesTheRecordedBytes(RecordedFile recorded)
    {
        string path = _folder.PathOf("written.safetensors");
        SafeTensorsFile.Save(
            path,
            recorded.Tensors.Select(tensor => TensorContent.OfBytes(tensor.Name, TypeOf(tensor), tensor.Lengths, tensor.Content)).Reverse(),
            recorded.Metadata.Reverse());
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(recorded.Bytes));
    }

    [TestCaseSource(typeof(RecordedFiles), nameof(RecordedFiles.SafeTensors))]
    public void ReadingGivesWhatWasRecorded(RecordedFile recorded)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(_folder.Write("recorded.safetensors", recorded.Bytes));
        Assert.That(file.Metadata, Is.EqualTo(recorded.Metadata));
        Assert.That(file.Tensors, Has.Count.EqualTo(recorded.Tensors.Count));
        foreach (RecordedTensor expected in recorded.Tensors)
        {
            StoredTensor tensor = file[expected.Name];
            Assert.That(tensor.Type, Is.EqualTo(TypeOf(expected)));
            Assert.That(tensor.Lengths.ToArray(), Is.EqualTo(expected.Lengths));
            Assert.That(recorded.Bytes.AsSpan((int)tensor.Offset, (int)tensor.ByteLength).ToArray(), Is.EqualTo(expected.Content));
            Assert.That(tensor.IsReadAsFloat, Is.EqualTo(expected.Floats is not null));
            if (expected.Floats is null)
                continue;
            float[] read = new float[tensor.ElementCount];
            file.Read(tensor, read);
            Bits.AssertSame(read, expected.Floats, $"{recorded.Name}, {tensor.Name}");
        }
    }

    private static ElementType TypeOf(RecordedTensor tensor) => Enum.Parse<ElementType>(tensor.Type.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
