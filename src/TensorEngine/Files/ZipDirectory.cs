using System.Buffers.Binary;
using System.IO.Compression;

namespace TensorEngine.Files;

/// <summary>
/// Finds the compression methods of a zip archive's members, which <see cref="ZipArchive"/> does not provide: for an unknown method it
/// throws the same exception as for a damaged member.
/// </summary>
internal static class ZipDirectory
{
    private const int EndLength = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int LocatorLength = 20;
    private const int End64Length = 56;
    private const int EntryLength = 46;

    private const ushort Stored = 0;
    private const ushort Deflated = 8;
    private const ushort Deflated64 = 9;

    private static ReadOnlySpan<byte> EndSignature => "PK\u0005\u0006"u8;

    private static ReadOnlySpan<byte> LocatorSignature => "PK\u0006\u0007"u8;

    private static ReadOnlySpan<byte> End64Signature => "PK\u0006\u0006"u8;

    private static ReadOnlySpan<byte> EntrySignature => "PK\u0001\u0002"u8;

    /// <summary>Returns whether a compression method is supported.</summary>
    public static bool IsKnown(ushort method) => method is Stored or Deflated or Deflated64;

    /// <summary>Returns the method of each member, in the order of the archive's directory.</summary>
    /// <returns>
    /// As many as could be read: fewer than <paramref name="count"/> if the archive is damaged, which is detected when it is read.
    /// </returns>
    public static ushort[] Methods(Stream archive, int count)
    {
        var methods = new List<ushort>();
        long offset = DirectoryOffset(archive);
        Span<byte> entry = stackalloc byte[EntryLength];
        while (offset >= 0 && methods.Count < count && TryRead(archive, offset, entry) && entry.StartsWith(EntrySignature))
        {
            methods.Add(BinaryPrimitives.ReadUInt16LittleEndian(entry[10..]));
            int name = BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]);
            int extra = BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]);
            int comment = BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
            offset += EntryLength + name + extra + comment;
        }

        return [.. methods];
    }

    /// <summary>Returns the offset of the directory; -1 if it is not found.</summary>
    private static long DirectoryOffset(Stream archive)
    {
        byte[] tail = new byte[Math.Min(archive.Length, EndLength + LongestComment)];
        long tailOffset = archive.Length - tail.Length;
        if (!TryRead(archive, tailOffset, tail))
            return -1;
        int end = tail.AsSpan(0, Math.Max(0, tail.Length - EndLength + EndSignature.Length)).LastIndexOf(EndSignature);
        if (end < 0)
            return -1;
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        return offset < uint.MaxValue ? offset : DirectoryOffset64(archive, tailOffset + end - LocatorLength);
    }

    private static long DirectoryOffset64(Stream archive, long locatorOffset)
    {
        Span<byte> locator = stackalloc byte[LocatorLength];
        Span<byte> end = stackalloc byte[End64Length];
        return TryRead(archive, locatorOffset, locator) && locator.StartsWith(LocatorSignature)
            && TryRead(archive, BinaryPrimitives.ReadInt64LittleEndian(locator[8..]), end) && end.StartsWith(End64Signature)
                ? BinaryPrimitives.ReadInt64LittleEndian(end[48..])
                : -1;
    }

    private static bool TryRead(Stream archive, long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > archive.Length - destination.Length)
            return false;
        archive.Position = offset;
        return archive.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) == destination.Length;
    }
}
