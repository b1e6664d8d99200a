namespace TensorEngine.Files;

/// <summary>
/// The exception that is thrown when a file does not follow its format, or does not contain the requested data. The message names the file,
/// the reason and the position of the error. It is not an <see cref="IOException"/>, because reading the file again would give the same
/// result.
/// </summary>
public sealed class InvalidFileException : FormatException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">The position of the error in the file, in bytes from 0.</param>
    /// <param name="reason">The error, as a sentence.</param>
    /// <param name="innerException">The exception of a library that reads a part of the file, or null.</param>
    public InvalidFileException(string path, long offset, string reason, Exception? innerException = null)
        : base($"{path}, byte {offset}: {reason}", innerException)
    {
        Path = path;
        Offset = offset;
        Reason = reason;
    }

    /// <summary>The path of the file; for a stream without a path its type, such as <c>(MemoryStream)</c>.</summary>
    public string Path { get; }

    /// <summary>The position of the error in the file, in bytes from 0.</summary>
    public long Offset { get; }

    /// <summary>The error, as a sentence.</summary>
    public string Reason { get; }

    /// <summary>Whether the file may be valid, but is of a kind that this library does not read.</summary>
    internal bool IsOfUnknownKind { get; init; }
}
