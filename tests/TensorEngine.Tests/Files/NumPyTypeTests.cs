using NUnit.Framework;
using TensorEngine.Files;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Files;

/// <summary>Types under the names that NumPy's dtype takes: sizes, letters, words, and five ways to say the byte order.</summary>
public sealed class NumPyTypeTests
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>A name, whether its bytes are little-endian, and 1 in that type as big-endian bytes.</summary>
    public static IEnumerable<TestCaseData> Names
    {
        get
        {
            foreach ((string code, string letter, string word, byte[] one) in new (string, string, string, byte[])[]
            {
                ("f2", "e", "float16", [0x3C, 0]), ("f4", "f", "float32", [0x3F, 0x80, 0, 0]),
                ("f8", "d", "float64", [0x3F, 0xF0, 0, 0, 0, 0, 0, 0]),
                ("i1", "b", "int8", [1]), ("i2", "h", "int16", [0, 1]), ("i4", "i", "int32", [0, 0, 0, 1]),
                ("i8", "q", "int64", [0, 0, 0, 0, 0, 0, 0, 1]),
                ("u1", "B", "uint8", [1]), ("u2", "H", "uint16", [0, 1]), ("u4", "I", "uint32", [0, 0, 0, 1]),
                ("u8", "Q", "uint64", [0, 0, 0, 0, 0, 0, 0, 1]),
                ("b1", "?", "bool", [1]),
            })
            {
                foreach (string order in new[] { "<", ">", "=", "|", "" })
                {
                    yield return new(order + code, order, one);
                    yield return new(order + letter, order, one);
                }

                yield return new(word, "", one);
            }
        }
    }

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [TestCaseSource(nameof(Names))]
    public void ATypeIsKnownByThatName(string descr, string order, byte[] one)
    {
        byte[] element = [.. one];
        if (order is "<" || (order is not ">" && BitConverter.IsLittleEndian))
            Array.Reverse(element);
        byte[] header = NumPyBytes.Make($"{{'descr': '{descr}', 'fortran_order': False, 'shape': (2,), }}", 0);
        string path = _folder.Write("named.npy", [.. header, .. element, .. element]);
        Assert.That(NumPyFile.Load(path).Values, Is.EqualTo(new float[] { 1, 1 }));
    }
}
