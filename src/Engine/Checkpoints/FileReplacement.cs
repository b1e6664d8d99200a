namespace Engine.Checkpoints;

/// <summary>
/// Writes a file so that at every moment the old or the new one is whole: into a temporary file in the same folder, flushed to disk,
/// which then takes the name. Disposed before <see cref="Commit"/>, it leaves the old file and no trace.
/// </summary>
internal sealed class FileReplacement : IDisposable
{
    private const string Suffix = ".tmp";
    private const int BufferLength = 256 << 10;

    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _stream;
    private bool _committed;

    /// <summary>Opens the temporary file. A symbolic link is kept; the file that it names is replaced.</summary>
    public FileReplacement(string path)
    {
        _path = Path.GetFullPath(path);
        var file = new FileInfo(_path);
        if (file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is { } target)
            _path = target.FullName;
        RemoveLeftovers();
        _temporary = $"{_path}.{Guid.NewGuid():N}{Suffix}";
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = BufferLength,
        };

        // What nobody else could read stays so.
        if (!OperatingSystem.IsWindows() && File.Exists(_path))
            options.UnixCreateMode = File.GetUnixFileMode(_path);
        _stream = new FileStream(_temporary, options);
    }

    /// <summary>Where the new content goes. Small pieces are gathered.</summary>
    public Stream Stream => _stream;

    /// <summary>Brings the content to the disk and gives it the file's name.</summary>
    public void Commit()
    {
        _stream.Flush(flushToDisk: true);
        if (OperatingSystem.IsWindows())
        {
            _stream.Dispose();
            File.Move(_temporary, _path, overwrite: true);
        }
        else
        {
            // Flushed again, under its name: .NET cannot flush a folder, but file systems with a journal (ext4, xfs, btrfs) bring
            // the renaming to the disk together with the file.
            File.Move(_temporary, _path, overwrite: true);
            RandomAccess.FlushToDisk(_stream.SafeFileHandle);
        }

        _committed = true;
    }

    public void Dispose()
    {
        if (_committed)
        {
            _stream.Dispose();
            return;
        }

        try
        {
            // Writes what it has gathered, for which there may be no room.
            _stream.Dispose();
        }
        catch (IOException)
        {
            // Whatever was to be written is given up; the reason is already on its way to the caller.
        }
        finally
        {
            File.Delete(_temporary);
        }
    }

    /// <summary>Deletes the temporary files of saves that were killed: those that no process holds open.</summary>
    private void RemoveLeftovers()
    {
        string prefix = $"{Path.GetFileName(_path)}.";
        var options = new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Directory };
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(_path) ?? _path, $"*{Suffix}", options))
        {
            ReadOnlySpan<char> name = Path.GetFileName(file.AsSpan());
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || !Guid.TryParseExact(name[prefix.Length..^Suffix.Length], "N", out _))
                continue;
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
