using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Files;

namespace TensorEngine.Tests.Files;

/// <summary>What is handed out to be read cannot be written by a cast.</summary>
public sealed class ReadOnlyListTests
{
    [Test]
    public void ListsOfFilesAndReportsCannotBeChanged()
    {
        var memory = new MemoryStream();
        SafeTensorsFile.Save(memory, [TensorContent.Of("w", [1], new float[1]), TensorContent.Of("x", [1], new float[1])], [new("a", "b")]);
        memory.Position = 0;
        var store = new ParameterStore();
        store.Add("w", [1]);
        store.Add("y", [1]);
        store.Add("x", [2]);
        LoadReport report = Checkpoint.LoadValues(memory, store, new ValueLoadOptions { Strict = false });
        memory.Position = 0;
        using SafeTensorsFile file = SafeTensorsFile.Open(memory);
        var arrays = new MemoryStream();
        NumPyArchive.Save(arrays, [TensorContent.Of("a", [], new float[1])]);
        AssertFixed(file.Tensors);
        AssertFixed(report.Loaded);
        AssertFixed(report.Missing);
        AssertFixed(report.Unexpected);
        AssertFixed(report.Mismatched);
        AssertFixed(NumPyArchive.Load(new MemoryStream(arrays.ToArray())).LeftOut);
        Assert.Throws<NotSupportedException>(() => ((IDictionary<string, string>)file.Metadata).Clear());
    }

    private static void AssertFixed<T>(IReadOnlyList<T> list)
    {
        Assert.That(list, Is.Not.InstanceOf<T[]>().And.Not.InstanceOf<List<T>>());
        Assert.That(((IList<T>)list).IsReadOnly);
    }
}
