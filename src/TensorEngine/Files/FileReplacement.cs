namespace TensorEngine.Files;

/// <summary>
/// Writes a file atomically: to a temporary file in the same directory, which is flushed to disk and then renamed. If anything goes wrong,
/// the old file remains and nothing else is left behind. Several processes can save to the same file at the same time while others read it;
/// the last one to finish wins.
/// </summary>
internal static class FileReplacement
{
    /// <summary>Replaces a file with the output of <paramref name="fill"/>, whose small writes are buffered.</summary>
    /// <param name="path">The path of the file. If it is a symbolic link, its target is replaced.</param>
    /// <param name="state">The argument for <paramref name="fill"/>.</param>
    /// <param name="fill">Writes the content.</param>
    public static void Write<TState>(string path, TState state, Action<Stream, TState> fill)
        where TState : allows ref struct
    {
        string target = Target(path);
        TemporaryFile.RemoveLeftovers(target);
        using TemporaryFile temporary = TemporaryFile.Create(target);
        try
        {
            fill(temporary.Stream, state);
            temporary.TakeName();
        }
        catch (ArgumentOutOfRangeException exception)
        {
            // So .NET calls a file that is larger than the system lets it be.
            throw new IOException($"{path} would be larger than the system allows: {exception.Message}", exception);
        }
    }

    private static string Target(string path)
    {
        var file = new FileInfo(Path.GetFullPath(path));
        return file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is { } target
            ? target.FullName
            : file.FullName;
    }
}
