using System.Runtime.CompilerServices;

namespace TensorEngine.Files;

/// <summary>Checks of stream arguments.</summary>
internal static class StreamArgument
{
    /// <summary>
    /// Requires a readable stream with a known length, because a whole file is checked before memory is allocated for its contents and
    /// before anything is changed.
    /// </summary>
    public static Stream ToRead(Stream stream, [CallerArgumentExpression(nameof(stream))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(stream, name);
        if (!stream.CanRead)
            throw new ArgumentException($"{name} is a {stream.GetType().Name} that cannot be read, or is closed.", name);
        return stream.CanSeek
            ? stream
            : throw new ArgumentException(
                $"{name} is a {stream.GetType().Name} that cannot seek; copy it into a MemoryStream or a file, and read that.", name);
    }

    /// <summary>Requires a writable stream.</summary>
    public static Stream ToWrite(Stream stream, [CallerArgumentExpression(nameof(stream))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(stream, name);
        return stream.CanWrite
            ? stream
            : throw new ArgumentException($"{name} is a {stream.GetType().Name} that cannot be written, or is closed.", name);
    }

    /// <summary>Returns the name of a stream in messages: the path of its file, or its type in parentheses.</summary>
    public static string NameOf(Stream stream) => stream is FileStream file ? file.Name : $"({stream.GetType().Name})";
}
