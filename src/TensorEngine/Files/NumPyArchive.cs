using System.IO.Compression;

namespace TensorEngine.Files;

/// <summary>
/// Named arrays in NumPy's .npz files: a zip archive whose members are .npy files. What is read and how it becomes floats is as with
/// <see cref="NumPyFile"/>.
/// </summary>
public static class NumPyArchive
{
    private const string Extension = ".npy";

    // What deflate can make of a byte at most.
    private const long LargestExpansion = 1032;

    /// <summary>The memory that the arrays of an archive may take if the caller does not say: 1 GiB.</summary>
    public const long DefaultMaximumBytes = 1L << 30;

    /// <summary>Reads all arrays of an archive, stored or deflated. Every member's checksum must be right.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maximumBytes">
    /// The most bytes that the members together may have when unpacked, at least 0: a small archive can claim to hold very much.
    /// </param>
    /// <param name="progress">Told after every 8 MiB how much was read, if the elements take more than 64 MiB.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>The arrays by name, without the extension .npy.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumBytes"/> is negative.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read, or is a folder.</exception>
    /// <exception cref="InvalidFileException">
    /// The file is no zip archive; a member is encrypted, no .npy file, damaged, or has the name of another one or of a path that leads
    /// elsewhere; or the members have more than <paramref name="maximumBytes"/>. In the message of what is wrong within a member its
    /// name follows the path, and the byte is that of the unpacked member.
    /// </exception>
    /// <exception cref="IOException">The system fails to read.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static IReadOnlyDictionary<string, NumPyArray> Load(
        string path,
        long maximumBytes = DefaultMaximumBytes,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Require.AtLeast(0, maximumBytes, nameof(maximumBytes));
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read);
            Dictionary<string, ZipArchiveEntry> members = Check(archive, path, file.Length, maximumBytes);
            var transfer = new Transfer(members.Values.Sum(member => member.Length), progress, cancellationToken);
            var arrays = new Dictionary<string, NumPyArray>(members.Count, StringComparer.Ordinal);
            foreach ((string name, ZipArchiveEntry member) in members)
                arrays.Add(name, Read(member, $"{path} ({Excerpt.Quoted(member.FullName)})", transfer));
            return arrays;
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidFileException(path, 0, $"The file is not a sound zip archive: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Writes an archive of arrays that <c>np.load</c> reads, not compressed, as <c>np.savez</c> does. At every moment the old or the new
    /// file is whole, as with <see cref="SafeTensorsFile.Save"/>.
    /// </summary>
    /// <param name="path">The file; one that exists is replaced. NumPy's end in .npz.</param>
    /// <param name="arrays">
    /// The arrays, of types that NumPy has. A member's name is the array's with .npy; it must not be a path that leads elsewhere.
    /// </param>
    /// <param name="progress">Told after every 8 MiB how much was written, if the elements take more than 64 MiB.</param>
    /// <param name="cancellationToken">Ends the work early; the old file stays.</param>
    /// <exception cref="ArgumentNullException"><paramref name="path"/>, <paramref name="arrays"/> or one of them is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="path"/> is empty; two arrays have the same name; a name leads elsewhere; a type is none of NumPy's; or an array
    /// has more than 64 dimensions.
    /// </exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be written to, or the path is that of a folder.</exception>
    /// <exception cref="IOException">The system fails to write: the disk is full, for instance.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static void Save(
        string path,
        IEnumerable<TensorContent> arrays,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        TensorContent[] members = [.. Require.NotNull(arrays)];
        CheckArguments(members, nameof(arrays));
        var transfer = new Transfer(members.Sum(member => member.ByteLength), progress, cancellationToken);
        FileReplacement.Write(path, (members, transfer), static (file, content) => Write(file, content.members, content.transfer));
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

    private static void CheckArguments(TensorContent[] arrays, string argument)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (TensorContent array in arrays)
        {
            string name = Require.NotNull(array, argument).Name;
            if (!names.Add(name))
                throw new ArgumentException($"{argument} has {Excerpt.Quoted(name)} twice; names must be unique.", argument);
            if (LeadsElsewhere(name))
            {
                throw new ArgumentException(
                    $"{argument} has {Excerpt.Quoted(name)}, a path that leads out of the archive's folder.", argument);
            }

            if (NumPyDescription.TryGetCode(array.Type) is null)
                throw new ArgumentException($"{argument} has {array}; NumPy has no type {array.Type.Name()}.", argument);
            NumPyFile.CheckRank(array.Lengths.Length, argument);
        }
    }

    /// <summary>Checks what the archive says of its members, before any of them is unpacked.</summary>
    private static Dictionary<string, ZipArchiveEntry> Check(ZipArchive archive, string path, long fileLength, long maximumBytes)
    {
        var members = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        long total = 0;
        foreach (ZipArchiveEntry member in archive.Entries)
        {
            string quoted = Excerpt.Quoted(member.FullName);
            if (!member.FullName.EndsWith(Extension, StringComparison.Ordinal))
                throw Wrong($"The member {quoted} is no .npy file.");
            string name = member.FullName[..^Extension.Length];
            if (LeadsElsewhere(name))
                throw Wrong($"The member {quoted} leads out of the archive's folder.");
            if (member.IsEncrypted)
                throw Wrong($"The member {quoted} is encrypted.");
            if (member.CompressedLength > fileLength || member.Length > LargestExpansion * member.CompressedLength)
                throw Wrong($"The member {quoted} claims {member.Length} bytes; {member.CompressedLength} packed bytes cannot hold them.");
            if (member.Length > maximumBytes - total)
                throw Wrong($"The members have more than maximumBytes, {maximumBytes}, when unpacked.");
            total += member.Length;
            if (!members.TryAdd(name, member))
                throw Wrong($"The member {quoted} stands twice in the archive.");
        }

        return members;

        InvalidFileException Wrong(string reason) => new(path, 0, reason);
    }

    private static NumPyArray Read(ZipArchiveEntry member, string path, Transfer transfer)
    {
        using Stream unpacked = member.Open();
        using var stream = new ChecksumStream(unpacked);
        NumPyHeader header = NumPyHeader.Read(stream, member.Length, path);
        transfer.Advance(header.DataOffset);
        NumPyArray array = NumPyFile.ReadArray(stream, header, path, transfer);
        if (stream.ReadByte() >= 0)
            throw new InvalidFileException(path, member.Length, $"The member goes on after the {member.Length} bytes that it claims.");
        if (stream.Checksum != member.Crc32)
        {
            throw new InvalidFileException(
                path,
                member.Length,
                $"The checksum of the member is {stream.Checksum:X8}; the archive has {member.Crc32:X8}: the file is damaged.");
        }

        return array;
    }

    /// <summary>Whether somebody who took the name for a path would come to another folder.</summary>
    private static bool LeadsElsewhere(string name) =>
        name.Length == 0
        || name[0] == '/'
        || name.AsSpan().IndexOfAny('\\', ':', '\0') >= 0
        || name.Split('/').Contains("..", StringComparer.Ordinal);
}
