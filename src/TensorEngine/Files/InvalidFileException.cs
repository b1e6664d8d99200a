namespace TensorEngine.Files;

/// <summary>
/// A file is not what its format demands, or does not hold what was asked of it. The message names the file, the reason and the
/// byte where it shows. It is no <see cref="IOException"/>: reading the file again gives the same.
/// </summary>
public sealed class InvalidFileException : FormatException
{
    /// <summary>Says what is wrong with a file, and where.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">The byte of the file where it shows, counted from 0.</param>
    /// <param name="reason">What is wrong, as a sentence.</param>
    /// <param name="innerException">What a library that reads a part of the file said, or null.</param>
    public InvalidFileException(string path, long offset, string reason, Exception? innerException = null)
        : base($"{path}, byte {offset}: {reason}", innerException)
    {
        Path = path;
        Offset = offset;
        Reason = reason;
    }

    /// <summary>The file; of a stream that has no path its type, as in <c>(MemoryStream)</c>.</summary>
    public string Path { get; }

    /// <summary>The byte of the file where it shows, counted from 0.</summary>
    public long Offset { get; }

    /// <summary>What is wrong, as a sentence.</summary>
    public string Reason { get; }

    /// <summary>Whether the file may well be sound, but is of a kind that is not read here.</summary>
    internal bool IsOfUnknownKind { get; init; }
}
