using System.IO.Compression;
using System.Text;

namespace TensorEngine.Files;

/// <summary>
/// Reads and writes named arrays in NumPy's .npz files, which are zip archives of .npy files. Types and conversions are those of
/// <see cref="NumPyFile"/>.
/// </summary>
/// <remarks>
/// Any name is allowed, such as <c>dense/kernel:0</c>, except names that would lead out of the archive's directory if it were unpacked:
/// those with a part <c>..</c>, starting at the root (<c>/</c> or <c>\</c>), or with a drive letter (<c>C:</c>).
/// </remarks>
public static class NumPyArchive
{
    internal const string Extension = ".npy";

    private const int BufferLength = 4096;

    // Of what zip allows the extension is taken off.
    private const int LongestName = ushort.MaxValue - 4;

    /// <summary>The default limit on the memory of an archive's arrays: 1 GiB.</summary>
    public const long DefaultMaximumBytes = 1L << 30;

    /// <summary>
    /// Reads all arrays of an archive, stored or deflated, and verifies the checksum of each array. Members that cannot be read, such as
    /// text files, are left out and listed in <see cref="NumPyArrays.LeftOut"/>; the checksums of .npy files among them are also verified,
    /// as far as <paramref name="maximumBytes"/> allows unpacking them.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="maximumBytes">
    /// The maximum total size of the unpacked arrays in bytes, at least 0: a small archive can claim to hold very large arrays.
    /// </param>
    /// <param name="progress">Receives a report after each 8 MiB read, if the elements take more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The arrays by name, without the extension .npy, and the members that were left out.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumBytes"/> is negative.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="DirectoryNotFoundException">The directory does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The caller may not read the file, or the path is a directory.</exception>
    /// <exception cref="InvalidFileException">
    /// The file is not a zip archive; an .npy member is damaged, is not an .npy file, has a duplicate name or a path that leads out of the
    /// archive; or the arrays have more than <paramref name="maximumBytes"/>. For an error within a member, the message has the member's
    /// name after the path, and the position in the unpacked member.
    /// </exception>
    /// <exception cref="IOException">An I/O error occurs while reading.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static NumPyArrays Load(
        string path,
        long maximumBytes = DefaultMaximumBytes,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Require.AtLeast(0, maximumBytes, nameof(maximumBytes));
        using FileStream file = InputFile.OpenStream(path, BufferLength);
        return Read(file, path, maximumBytes, progress, cancellationToken);
    }

    /// <summary>Reads all arrays of an archive in a stream, from its position to its end.</summary>
    /// <param name="stream">
    /// A readable, seekable stream. Copy any other stream into a <see cref="MemoryStream"/> or a file first. It stays open.
    /// </param>
    /// <param name="maximumBytes">
    /// The maximum total size of the unpacked arrays in bytes, at least 0: a small archive can claim to hold very large arrays.
    /// </param>
    /// <param name="progress">Receives a report after each 8 MiB read, if the elements take more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The arrays by name, without the extension .npy, and the members that were left out.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="stream"/> cannot be read or cannot seek.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumBytes"/> is negative.</exception>
    /// <exception cref="InvalidFileException">
    /// The bytes are not a zip archive; an .npy member is damaged, is not an .npy file, has a duplicate name or a path that leads out of
    /// the archive; or the arrays have more than <paramref name="maximumBytes"/>.
    /// </exception>
    /// <exception cref="IOException">An I/O error occurs while reading.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static NumPyArrays Load(
        Stream stream,
        long maximumBytes = DefaultMaximumBytes,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        StreamArgument.ToRead(stream);
        Require.AtLeast(0, maximumBytes, nameof(maximumBytes));
        using var segment = new StreamSegment(stream);
        return Read(segment, StreamArgument.NameOf(stream), maximumBytes, progress, cancellationToken);
    }

    /// <summary>
    /// Writes an uncompressed archive of arrays for <c>np.load</c>, as <c>np.savez</c> does. The file is written atomically, as with
    /// <see cref="SafeTensorsFile"/>.
    /// </summary>
    /// <param name="path">The path of the file, by convention ending in .npz; an existing file is replaced.</param>
    /// <param name="arrays">
    /// The arrays, with types that NumPy has. A member's name is the array's name with .npy; it may not be a path that leads out of the
    /// archive.
    /// </param>
    /// <param name="progress">Receives a report after each 8 MiB written, if the elements take more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work; the old file stays.</param>
    /// <exception cref="ArgumentNullException"><paramref name="path"/>, <paramref name="arrays"/> or one of them is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="path"/> is empty; two arrays have the same name; a name leads out of the archive or takes more than 65,531 bytes;
    /// NumPy does not have a type; or an array has more than 64 dimensions.
    /// </exception>
    /// <exception cref="DirectoryNotFoundException">The directory does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The caller may not write to the directory, or the path is a directory.</exception>
    /// <exception cref="IOException">The system fails to write: the disk is full, for instance.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static void Save(
        string path,
        IEnumerable<TensorContent> arrays,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        TensorContent[] members = Checked(arrays);
        var transfer = new Transfer(members.Sum(member => member.ByteLength), progress, cancellationToken);
        FileReplacement.Write(path, (members, transfer), static (file, content) => Write(file, content.members, content.transfer));
    }

    /// <summary>
    /// Writes an archive to a stream, starting at its position, with the same bytes as a file if the stream is seekable; otherwise lengths
    /// and checksums follow the arrays, as zip allows.
    /// </summary>
    /// <param name="stream">A writable stream, which need not be seekable. The caller flushes and closes it.</param>
    /// <param name="arrays">
    /// The arrays, with types that NumPy has. A member's name is the array's name with .npy; it may not be a path that leads out of the
    /// archive.
    /// </param>
    /// <param name="progress">Receives a report after each 8 MiB written, if the elements take more than 64 MiB.</param>
    /// <param name="cancellationToken">Cancels the work; what has been written by then stays in the stream.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/>, <paramref name="arrays"/> or one of them is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="stream"/> is not writable; two arrays have the same name; a name leads out of the archive or takes more than 65,531
    /// bytes; NumPy does not have a type; or an array has more than 64 dimensions. Nothing was written then.
    /// </exception>
    /// <exception cref="IOException">An I/O error occurs while writing.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static void Save(
        Stream stream,
        IEnumerable<TensorContent> arrays,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        StreamArgument.ToWrite(stream);
        TensorContent[] members = Checked(arrays);
        using var segment = new StreamSegment(stream);
        Write(segment, members, new Transfer(members.Sum(member => member.ByteLength), progress, cancellationToken));
    }

    /// <summary>Returns the name of a member of an archive in messages.</summary>
    internal static string PathOf(string archive, ZipArchiveEntry member) => $"{archive} ({Excerpt.Quoted(member.FullName)})";

    private static NumPyArrays Read(
        Stream file, string path, long maximumBytes, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            NumPyMembers members = NumPyMembers.Find(archive, file, path, maximumBytes);
            var transfer = new Transfer(members.Arrays.Values.Sum(member => member.Length), progress, cancellationToken);
            var arrays = new Dictionary<string, NumPyArray>(members.Arrays.Count, StringComparer.Ordinal);
            foreach ((string name, ZipArchiveEntry member) in members.Arrays)
                arrays.Add(name, Read(member, PathOf(path, member), transfer));
            return new NumPyArrays(arrays, members.LeftOut);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidFileException(path, 0, $"The file is not a valid zip archive: {exception.Message}", exception);
        }
    }

    private static void Write(Stream file, TensorContent[] arrays, Transfer transfer)
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
        foreach (TensorContent array in arrays)
        {
            ZipArchiveEntry member = archive.CreateEntry(array.Name + Extension, CompressionLevel.NoCompression);

            // The first day that zip knows, as NumPy has it: the same arrays give the same bytes.
            member.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
            using Stream stream = member.Open();
            stream.Write(NumPyHeader.Write(array.Type, array.Lengths));
            array.WriteTo(stream, transfer);
        }
    }

    private static TensorContent[] Checked(IEnumerable<TensorContent> arrays)
    {
        TensorContent[] members = [.. Require.NotNull(arrays)];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (TensorContent array in members)
        {
            string name = Require.NotNull(array, nameof(arrays)).Name, quoted = Excerpt.Quoted(name);
            if (!names.Add(name))
                throw new ArgumentException($"arrays has {quoted} twice; names must be unique.", nameof(arrays));
            if (NumPyMembers.LeadsElsewhere(name))
                throw new ArgumentException($"arrays has {quoted}, a path that leads out of the archive's folder.", nameof(arrays));
            if (Encoding.UTF8.GetByteCount(name) is > LongestName and int length)
                throw new ArgumentException($"arrays has {quoted} of {length} bytes; zip allows {LongestName}.", nameof(arrays));
            if (NumPyDescription.TryGetCode(array.Type) is null)
                throw new ArgumentException($"arrays has {array}; NumPy has no type {array.Type.Name()}.", nameof(arrays));
            NumPyFile.CheckRank(array.Lengths.Length, nameof(arrays));
        }

        return members;
    }

    private static NumPyArray Read(ZipArchiveEntry member, string path, Transfer transfer)
    {
        using Stream unpacked = member.Open();
        using var stream = new ChecksumStream(unpacked);
        NumPyHeader header = NumPyHeader.Read(stream, member.Length, path);
        transfer.Advance(header.DataOffset);
        NumPyArray array = NumPyFile.ReadArray(stream, header, path, transfer);
        stream.CheckRest(member.Length, member.Crc32, path);
        return array;
    }
}
