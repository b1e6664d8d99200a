using System.IO.Compression;
using TensorEngine.Files;

namespace TensorEngine.Tests.Files;

/// <summary>Sound files of every format, small, for the fuzzer to damage.</summary>
internal static class FuzzOriginals
{
    public static IEnumerable<(string Extension, byte[] Content, Func<string, bool> Read)> Make(string folder)
    {
        foreach (TensorContent[] tensors in new TensorContent[][]
        {
            [],
            [TensorContent.Of("a", [], new float[] { 1 })],
            [TensorContent.Of("fc.weight", [2, 3], new float[6]), TensorContent.Of("fc.bias", [2], new float[2]), TensorContent.Of("steps", [], new long[] { 3 })],
            [
                TensorContent.OfBytes("empty", ElementType.F32, [0, 3], default), TensorContent.OfBytes("half", ElementType.F16, [3], new byte[6]),
                TensorContent.OfBytes("brain", ElementType.BF16, [1, 1, 2], new byte[4]), TensorContent.Of("doubles", [2], new double[] { 1, 2 }),
                TensorContent.OfBytes("quarter", ElementType.F6E2M3, [4], new byte[3]), TensorContent.OfBytes("é\n", ElementType.Bool, [2], new byte[2]),
            ],
        })
        {
            foreach (bool withMetadata in new[] { false, true })
            {
                string path = Path.Combine(folder, "original.safetensors");
                SafeTensorsFile.Save(path, tensors, withMetadata ? [new("format", "pt"), new("note", "a \"text\"")] : null);

                // Twice: most damages go to this format.
                yield return ("safetensors", File.ReadAllBytes(path), FileFuzzer.TrySafeTensors);
                yield return ("safetensors", File.ReadAllBytes(path), FileFuzzer.TrySafeTensors);
            }
        }

        foreach ((string descr, string order, string shape, int bytes) in new[]
        {
            ("<f4", "False", "(2, 3)", 24), (">f8", "True", "(3, 2)", 48), ("|b1", "False", "(5,)", 5), ("<u8", "True", "()", 8), ("<f2", "False", "(0, 4)", 0),
        })
        {
            yield return ("npy", NumPyBytes.Make($"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}", bytes), FileFuzzer.TryNpy);
        }

        yield return ("npz", Npz(folder, CompressionLevel.NoCompression), FileFuzzer.TryNpz);
        yield return ("npz", Npz(folder, CompressionLevel.Optimal), FileFuzzer.TryNpz);
    }

    private static byte[] Npz(string folder, CompressionLevel level)
    {
        string path = Path.Combine(folder, "original.npz");
        using (var file = new FileStream(path, FileMode.Create))
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create))
        {
            foreach (string name in new[] { "a.npy", "b/c.npy" })
            {
                ZipArchiveEntry entry = archive.CreateEntry(name, level);

                // The same bytes on every day.
                entry.LastWriteTime = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using Stream member = entry.Open();
                member.Write(NumPyBytes.Make("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 2), }", 32));
            }
        }

        return File.ReadAllBytes(path);
    }
}
