using System.IO.Compression;
using NUnit.Framework;
using TensorEngine.Tests.House;

namespace TensorEngine.Tests.Files;

/// <summary>What the fuzzer found worth keeping: inputs that together reach every branch that it has reached (<c>.ci/try-fuzz</c>).</summary>
public sealed class FuzzCorpusTests
{
    public static IEnumerable<string> Readers => FuzzTarget.Names;

    [TestCaseSource(nameof(Readers))]
    public void EveryInputIsRefusedOrReadWhole(string reader)
    {
        Func<ReadOnlySpan<byte>, bool> read = FuzzTarget.Named(reader);
        using ZipArchive corpus = ZipFile.OpenRead(Sources.PathOf($"tests/TensorEngine.Fuzz/corpus/{reader}.zip"));
        int accepted = 0;
        foreach (ZipArchiveEntry entry in corpus.Entries)
        {
            using Stream stream = entry.Open();
            byte[] input = new byte[entry.Length];
            stream.ReadExactly(input);
            Assert.That(() => accepted += read(input) ? 1 : 0, Throws.Nothing, entry.Name);
        }

        Assert.That(accepted, Is.InRange(1, corpus.Entries.Count - 1), "Some are sound, and some are not.");
    }
}
