using System.IO.Compression;

namespace TensorEngine.Files;

/// <summary>Which members of an .npz archive are read, checked before any of their elements is unpacked.</summary>
internal sealed class NumPyMembers
{
    // What deflate can make of a byte at most.
    private const long LargestExpansion = 1032;

    private readonly Dictionary<string, ZipArchiveEntry> _arrays = new(StringComparer.Ordinal);
    private readonly List<LeftOutMember> _leftOut = [];

    // How much of what is left out is unpacked to see whether it is sound.
    private long _unpackable;

    private NumPyMembers(long unpackable) => _unpackable = unpackable;

    /// <summary>The members that are read, by the arrays' names.</summary>
    public IReadOnlyDictionary<string, ZipArchiveEntry> Arrays => _arrays;

    public LeftOutMember[] LeftOut => [.. _leftOut];

    /// <summary>Sorts the members; of those that are to be read the headers are unpacked.</summary>
    /// <exception cref="InvalidFileException">A member is damaged, points elsewhere, appears twice, or claims too much.</exception>
    public static NumPyMembers Find(ZipArchive archive, Stream file, string path, long maximumBytes)
    {
        var members = new NumPyMembers(maximumBytes);
        var names = new HashSet<string>(StringComparer.Ordinal);
        ushort[] methods = ZipDirectory.Methods(file, archive.Entries.Count);
        long total = 0;
        for (int i = 0; i < archive.Entries.Count; i++)
        {
            ZipArchiveEntry member = archive.Entries[i];
            if (!member.FullName.EndsWith(NumPyArchive.Extension, StringComparison.Ordinal))
            {
                members.LeaveOut(member, member.FullName.EndsWith('/') ? "It is a folder." : "It is no .npy file.");
                continue;
            }

            string name = member.FullName[..^NumPyArchive.Extension.Length], quoted = Excerpt.Quoted(member.FullName);
            if (LeadsElsewhere(name))
                throw Wrong($"The member {quoted} leads out of the archive's folder.");
            if (!names.Add(name))
                throw Wrong($"The member {quoted} appears twice in the archive.");
            if (member.IsEncrypted)
            {
                members.LeaveOut(member, "It is encrypted.");
                continue;
            }

            if (i < methods.Length && !ZipDirectory.IsKnown(methods[i]))
            {
                members.LeaveOut(member, $"It is packed by method {methods[i]} of zip; those of stored and deflated members are known.");
                continue;
            }

            if (member.CompressedLength > file.Length || member.Length > LargestExpansion * member.CompressedLength)
                throw Wrong($"The member {quoted} claims {member.Length} bytes; {member.CompressedLength} packed bytes cannot hold them.");
            if (!members.TryAdd(name, member, path))
                continue;
            if (member.Length > maximumBytes - total)
                throw Wrong($"The arrays have more than maximumBytes, {maximumBytes}, when unpacked.");
            total += member.Length;
        }

        return members;

        InvalidFileException Wrong(string reason) => new(path, 0, reason);
    }

    /// <summary>Whether somebody who took the name for a path, on any system, would come to another folder.</summary>
    public static bool LeadsElsewhere(string name) =>
        name.StartsWith('/')
        || name.StartsWith('\\')
        || (name.Length > 1 && name[1] == ':' && char.IsAsciiLetter(name[0]))
        || name.Contains('\0', StringComparison.Ordinal)
        || name.Split('/', '\\').Contains("..", StringComparer.Ordinal);

    /// <summary>Reads the header of an array: whether it is of a type that is read.</summary>
    private bool TryAdd(string name, ZipArchiveEntry member, string path)
    {
        using Stream unpacked = member.Open();
        using var stream = new ChecksumStream(unpacked);
        try
        {
            NumPyHeader.Read(stream, member.Length, NumPyArchive.PathOf(path, member));
        }
        catch (InvalidFileException exception) when (exception.IsOfUnknownKind)
        {
            // It may be damage that makes it unknown.
            if (member.Length <= _unpackable)
            {
                _unpackable -= member.Length;
                stream.CheckRest(member.Length, member.Crc32, NumPyArchive.PathOf(path, member));
            }

            LeaveOut(member, exception.Reason);
            return false;
        }

        _arrays.Add(name, member);
        return true;
    }

    private void LeaveOut(ZipArchiveEntry member, string reason) => _leftOut.Add(new(member.FullName, reason));
}
