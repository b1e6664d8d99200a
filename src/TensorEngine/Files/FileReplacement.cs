namespace TensorEngine.Files;

/// <summary>
/// Writes a file so that at every moment the old or the new one is whole: into a temporary file in the same folder, flushed to disk,
/// which then takes the name. Whatever goes wrong, the old file and no trace is left.
/// </summary>
internal static class FileReplacement
{
    private const string Suffix = ".tmp";
    private const int BufferLength = 256 << 10;

    /// <summary>Replaces a file by what <paramref name="fill"/> writes; its small pieces are gathered.</summary>
    /// <param name="path">The file. A symbolic link is kept; the file that it names is replaced.</param>
    /// <param name="state">What <paramref name="fill"/> needs.</param>
    /// <param name="fill">Writes the content.</param>
    public static void Write<TState>(string path, TState state, Action<Stream, TState> fill)
        where TState : allows ref struct
    {
        string target = Target(path);
        RemoveLeftovers(target);
        string temporary = $"{target}.{Guid.NewGuid():N}{Suffix}";
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = BufferLength,
        };

        // What nobody else could read stays so.
        if (!OperatingSystem.IsWindows() && File.Exists(target))
            options.UnixCreateMode = File.GetUnixFileMode(target);
        var file = new FileStream(temporary, options);
        try
        {
            fill(file, state);
            file.Flush(flushToDisk: true);
            TakeName(file, temporary, target);
            file.Dispose();
        }
        catch (Exception exception)
        {
            GiveUp(file, temporary);

            // So .NET calls a file that is larger than the system lets it be.
            if (exception is ArgumentOutOfRangeException)
                throw new IOException($"{path} would be larger than the system allows: {exception.Message}", exception);
            throw;
        }
    }

    private static string Target(string path)
    {
        var file = new FileInfo(Path.GetFullPath(path));
        return file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is { } target
            ? target.FullName
            : file.FullName;
    }

    private static void TakeName(FileStream file, string temporary, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            file.Dispose();
            File.Move(temporary, target, overwrite: true);
        }
        else
        {
            // Flushed again, under its name: .NET cannot flush a folder, but file systems with a journal (ext4, xfs, btrfs) bring
            // the renaming to the disk together with the file.
            File.Move(temporary, target, overwrite: true);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }
    }

    private static void GiveUp(FileStream file, string temporary)
    {
        try
        {
            // Writes what it has gathered, for which there may be no room.
            file.Dispose();
        }
        catch (Exception exception) when (exception is IOException or ArgumentOutOfRangeException)
        {
            // It is given up, and why is on its way to the caller.
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Deletes the temporary files of saves that were killed: those that no process holds open.</summary>
    private static void RemoveLeftovers(string target)
    {
        string prefix = $"{Path.GetFileName(target)}.";
        var options = new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Directory };
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(target) ?? target, $"*{Suffix}", options))
        {
            ReadOnlySpan<char> name = Path.GetFileName(file.AsSpan());
            if (!name.StartsWith(prefix, StringComparison.Ordinal)
                || name.Length <= prefix.Length + Suffix.Length
                || !Guid.TryParseExact(name[prefix.Length..^Suffix.Length], "N", out _))
            {
                continue;
            }

            try
            {
                using var held = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Delete);
                File.Delete(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another process is writing it, or owns it.
            }
        }
    }
}
