using System.Runtime.CompilerServices;

namespace TensorEngine.Files;

/// <summary>The checks of streams that callers hand in.</summary>
internal static class StreamArgument
{
    /// <summary>
    /// A stream to read from. It has to say how long it is, as a file is checked whole before memory is taken for what it claims and before
    /// anything is changed.
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

    /// <summary>A stream to write to, from where it stands on.</summary>
    public static Stream ToWrite(Stream stream, [CallerArgumentExpression(nameof(stream))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(stream, name);
        return stream.CanWrite
            ? stream
            : throw new ArgumentException($"{name} is a {stream.GetType().Name} that cannot be written, or is closed.", name);
    }

    /// <summary>What messages call a stream: the path of its file, or its type in parentheses.</summary>
    public static string NameOf(Stream stream) => stream is FileStream file ? file.Name : $"({stream.GetType().Name})";
}
