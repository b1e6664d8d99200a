using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace TensorEngine.Files;

/// <summary>
/// The header of an .npy file, which describes its array:
/// <see href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html"/>.
/// </summary>
internal sealed class NumPyHeader
{
    /// <summary>The maximum number of dimensions in NumPy.</summary>
    public const int MaxRank = 64;

    /// <summary>NumPy's own limit for headers of files that are not trusted.</summary>
    private const int MaxLength = 10_000;

    // Magic, version, and the length in its shorter form.
    private const int ShortPrefix = 10;
    private const int Alignment = 64;

    // The room that NumPy leaves in the header for the outermost length to grow: the digits of 8 * 2^64 - 1.
    private const int GrowthDigits = 21;

    private NumPyHeader(NumPyDescription description, int dataOffset) => (Array, DataOffset) = (description, dataOffset);

    /// <summary>The array's description in the header.</summary>
    public NumPyDescription Array { get; }

    /// <summary>The byte where the elements start.</summary>
    public int DataOffset { get; }

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a header and checks it against the length of the file or member that contains it.</summary>
    public static NumPyHeader Read(Stream file, long fileLength, string path)
    {
        Span<byte> prefix = stackalloc byte[12];
        ReadExactly(file, prefix[..8], path, 0, "the magic string and the version");
        if (!prefix.StartsWith(Magic))
        {
            string found = Convert.ToHexString(prefix[..6]), magic = Convert.ToHexString(Magic);
            throw new InvalidFileException(path, 0, $"The file starts with {found}; an .npy file starts with {magic}.");
        }

        (int major, int minor) = (prefix[6], prefix[7]);
        if (major is < 1 or > 3 || minor != 0)
        {
            throw new InvalidFileException(path, 6, $"The version is {major}.{minor}; 1.0, 2.0 and 3.0 are known.")
            {
                IsOfUnknownKind = true,
            };
        }

        Span<byte> lengthBytes = prefix.Slice(8, major == 1 ? sizeof(ushort) : sizeof(uint));
        ReadExactly(file, lengthBytes, path, 8, "the length of the header");
        uint length = major == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(lengthBytes)
            : BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length > MaxLength)
        {
            throw new InvalidFileException(path, 8, $"The header claims {length} bytes; at most {MaxLength} are read.")
            {
                IsOfUnknownKind = true,
            };
        }

        byte[] text = new byte[length];
        int start = 8 + lengthBytes.Length;
        ReadExactly(file, text, path, start, "the header");
        NumPyDescription array = new NumPyDescriptionParser(path, text, start, allowsLongSuffix: major < 3).Parse();
        var header = new NumPyHeader(array, start + text.Length);
        long available = fileLength - header.DataOffset;
        if (array.ByteLength > available)
        {
            throw new InvalidFileException(
                path,
                fileLength,
                $"The file ends after {available} bytes of data; {Excerpt.Of(array.Lengths)} of {array.Type.Name()} "
                    + $"takes {array.ByteLength}.");
        }

        if (array.ByteLength < available)
        {
            throw new InvalidFileException(
                path, header.DataOffset + array.ByteLength, $"{available - array.ByteLength} bytes follow the array.");
        }

        return header;
    }

    /// <summary>The header that NumPy writes for a C-ordered little-endian array, to the byte.</summary>
    public static byte[] Write(ElementType type, ReadOnlySpan<long> lengths)
    {
        string separator = ", ";
        string shape = string.Join(separator, lengths.ToArray());
        string comma = lengths.Length == 1 ? "," : "";
        string growth = lengths.Length == 0 ? "" : new string(' ', GrowthDigits - lengths[0].ToString(CultureInfo.InvariantCulture).Length);
        string text = $"{{'descr': '{NumPyDescription.Code(type)}', 'fortran_order': False, 'shape': ({shape}{comma}), }}{growth}";

        // NumPy fills a whole line more where none is needed.
        int padding = Alignment - ((ShortPrefix + text.Length + 1) % Alignment);
        byte[] header = new byte[ShortPrefix + text.Length + padding + 1];
        header.AsSpan(ShortPrefix).Fill((byte)' ');
        Magic.CopyTo(header);
        header[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(header.Length - ShortPrefix));
        Encoding.ASCII.GetBytes(text, header.AsSpan(ShortPrefix));
        header[^1] = (byte)'\n';
        return header;
    }

    private static void ReadExactly(Stream file, Span<byte> destination, string path, int offset, string what)
    {
        int read = file.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        if (read < destination.Length)
        {
            throw new InvalidFileException(
                path, offset + read, $"The file ends here, in {what}: {destination.Length} bytes expected, {read} found.");
        }
    }
}
