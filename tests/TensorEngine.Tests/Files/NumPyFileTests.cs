using NUnit.Framework;
using TensorEngine.Files;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Files;

/// <summary>The library agrees with NumPy's own .npy and .npz files.</summary>
public sealed class NumPyFileTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [TestCaseSource(typeof(RecordedFiles), nameof(RecordedFiles.Npy))]
    public void ReadingGivesWhatNumPySaved(RecordedFile recorded)
    {
        NumPyArray array = NumPyFile.Load(_folder.Write("recorded.npy", recorded.Bytes));
        Assert.That(array.Lengths.ToArray(), Is.EqualTo(recorded.Tensors[0].Lengths));
        Bits.AssertSame(array.Values, recorded.Tensors[0].Floats, $"{recorded.Name}");
    }

    [TestCaseSource(typeof(RecordedFiles), nameof(RecordedFiles.SavedNpy))]
    public void SavingGivesTheBytesOfNumPy(RecordedFile recorded)
    {
        string path = _folder.PathOf("saved.npy");
        NumPyFile.Save(path, recorded.Tensors[0].Floats, ShapeOf(recorded.Tensors[0]));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(recorded.Bytes));
    }

    [TestCaseSource(typeof(RecordedFiles), nameof(RecordedFiles.Npz))]
    public void ReadingAnArchiveGivesWhatNumPySaved(RecordedFile recorded)
    {
        NumPyArrays arrays = NumPyArchive.Load(_folder.Write("recorded.npz", recorded.Bytes));
        Assert.That(arrays.Keys, Is.EquivalentTo(recorded.Tensors.Select(tensor => tensor.Name)));
        foreach (RecordedTensor expected in recorded.Tensors)
        {
            Assert.That(arrays[expected.Name].Lengths.ToArray(), Is.EqualTo(expected.Lengths));
            Bits.AssertSame(arrays[expected.Name].Values, expected.Floats, $"{recorded.Name}, {expected.Name}");
        }
    }

    [Test]
    public void AnArchiveComesBack()
    {
        string path = _folder.PathOf("saved.npz");
        NumPyArchive.Save(path, Archived());
        NumPyArrays arrays = NumPyArchive.Load(path);
        Assert.That(arrays.Keys, Is.EqualTo(new[] { "weight", "layer/steps", "scale" }));
        Assert.That(arrays["weight"].HasShape([2, 3]));
        Assert.That(arrays["weight"].Values, Is.EqualTo(new float[] { 1, 2, 3, 4, 5, 6 }));
        Assert.That(arrays["layer/steps"].HasShape([]));
        Assert.That(arrays["layer/steps"].Values, Is.EqualTo(new float[] { 7 }));
        Assert.That(arrays["scale"].Values, Is.EqualTo(new[] { 0.25f }));
    }

    /// <summary>np.load has accepted the committed file (<c>record_files.py written.npz</c>), and what is written now is equal to the byte.</summary>
    [Test]
    [Platform("Linux")]
    public void AnArchiveIsTheOneThatNumPyHasAccepted()
    {
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "written.npz");
        NumPyArchive.Save(path, Archived());
        byte[] accepted = File.ReadAllBytes(Path.Combine(TestContext.CurrentContext.TestDirectory, "Goldens", "written.npz"));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(accepted), $"See whether np.load accepts {path}.");
    }

    [Test]
    public void AnArrayIsReadIntoTheCallersMemory()
    {
        RecordedFile recorded = RecordedFiles.SavedNpy.Single(file => string.Equals(file.Name, "f4 (2, 3, 4)", StringComparison.Ordinal));
        string path = _folder.Write("into.npy", recorded.Bytes);
        float[] read = new float[24];
        NumPyFile.LoadInto(path, read, [2, 3, 4]);
        Bits.AssertSame(read, recorded.Tensors[0].Floats, $"{recorded.Name}");

        float[] untouched = [.. Enumerable.Repeat(7f, 24)];
        Refusal.Of<InvalidFileException>(() => NumPyFile.LoadInto(path, untouched, [2, 4, 3]), "[2, 3, 4]", "[2, 4, 3]");
        Refusal.OfArgument<ArgumentException>("destination", () => NumPyFile.LoadInto(path, untouched, [24, 2]), "24 elements", "48");
        Assert.That(untouched, Is.All.EqualTo(7));
    }

    [Test]
    public void WhatNumPyCannotHoldIsRefused()
    {
        string path = _folder.PathOf("refused.npy");
        Shape deep = Shape.Create([.. Enumerable.Repeat(1, 65)]);
        Refusal.OfArgument<ArgumentException>("values", () => NumPyFile.Save(path, new float[3], [4]), "3 elements", "4");
        Refusal.OfArgument<ArgumentException>("shape", () => NumPyFile.Save(path, new float[1], deep), "65 dimensions", "64");
        Refusal.OfArgument<ArgumentException>("arrays", () => NumPyArchive.Save(path, [TensorContent.Of("a", deep, new float[1])]), "65 dimensions");
        Refusal.OfArgument<ArgumentException>("arrays", () => NumPyArchive.Save(path, [One("a"), One("a")]), "\"a\" twice");
        Refusal.OfArgument<ArgumentException>("arrays", () => NumPyArchive.Save(path, [TensorContent.OfBytes("b", ElementType.BF16, [1], new byte[2])]), "BF16");
        foreach (string name in new[] { "../a", "/a", "a/../../b", "..\\b", "C:a" })
            Refusal.OfArgument<ArgumentException>("arrays", () => NumPyArchive.Save(path, [One(name)]), $"\"{name}\"");
        Assert.That(File.Exists(path), Is.False);

        static TensorContent One(string name) => TensorContent.Of(name, [], new float[1]);
    }

    private static TensorContent[] Archived() =>
    [
        TensorContent.Of("weight", [2, 3], new float[] { 1, 2, 3, 4, 5, 6 }),
        TensorContent.Of("layer/steps", [], new long[] { 7 }),
        TensorContent.Of("scale", [1], new double[] { 0.25 }),
    ];

    private static Shape ShapeOf(RecordedTensor tensor) => Shape.Create([.. tensor.Lengths.Select(length => (int)length)]);
}
