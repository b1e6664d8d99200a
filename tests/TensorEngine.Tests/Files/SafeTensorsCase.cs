using System.Buffers.Binary;
using System.Text;

namespace TensorEngine.Tests.Files;

/// <summary>A file that is no safetensors file: its bytes, and where and why it must be refused.</summary>
public sealed record SafeTensorsCase(string Name, byte[] Bytes, long Offset, string Reason)
{
    /// <summary>A file of a header and some bytes of data. The mark ^ stands before what is wrong and is not in the file.</summary>
    public static SafeTensorsCase OfHeader(string name, string markedHeader, int dataLength, string reason)
    {
        int mark = markedHeader.IndexOf('^', StringComparison.Ordinal);
        string header = markedHeader.Remove(mark, 1);
        return new(name, File(header, dataLength), 8 + Encoding.UTF8.GetByteCount(header.AsSpan(0, mark)), reason);
    }

    /// <summary>The same, refused for its data, at a byte of the file counted from the end of the header.</summary>
    public static SafeTensorsCase OfData(string name, string header, int dataLength, int dataOffset, string reason) =>
        new(name, File(header, dataLength), 8 + Encoding.UTF8.GetByteCount(header) + dataOffset, reason);

    /// <summary>The bytes of a file with that header, its length in front, and so many bytes of data.</summary>
    public static byte[] File(string header, int dataLength) => File(Encoding.UTF8.GetBytes(header), dataLength);

    /// <inheritdoc cref="File(string, int)"/>
    public static byte[] File(ReadOnlySpan<byte> header, int dataLength)
    {
        byte[] bytes = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes.AsSpan(8));
        return bytes;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
