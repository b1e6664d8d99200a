namespace TensorEngine.Files;

/// <summary>
/// Writes a file so that at every moment the old or the new one is whole: into a temporary file in the same folder, flushed to disk,
/// which then takes the name. Whatever goes wrong, the old file and no trace is left. Several can save one file at the same time, and
/// others read it meanwhile: the last one to finish wins.
/// </summary>
internal static class FileReplacement
{
    /// <summary>Replaces a file by what <paramref name="fill"/> writes; its small pieces are gathered.</summary>
    /// <param name="path">The file. A symbolic link is kept; the file that it names is replaced.</param>
    /// <param name="state">What <paramref name="fill"/> needs.</param>
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
