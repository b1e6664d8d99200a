using Microsoft.Win32.SafeHandles;

namespace TensorEngine.Files;

/// <summary>
/// A temporary file next to a target, which gets the target's name once it is complete. Two shared locks are held while the file is
/// written. Cleanup code tries an exclusive lock first and so notices that the file is in use; readers use shared locks and so can open the
/// file when it already has its name and is still open.
/// </summary>
internal sealed class TemporaryFile : IDisposable
{
    private const int BufferLength = 256 << 10;

    // Each time somebody else has tidied up within the microseconds between making the file and locking it.
    private const int Attempts = 10;

    private readonly string _path;
    private readonly string _target;
    private readonly SafeFileHandle _guard;
    private bool _isDone;

    private TemporaryFile(string path, string target, FileStream stream, SafeFileHandle guard) =>
        (_path, _target, Stream, _guard) = (path, target, stream, guard);

    /// <summary>The stream for the content.</summary>
    public FileStream Stream { get; }

    /// <summary>Creates a file, with the target's permissions if the target exists.</summary>
    public static TemporaryFile Create(string target)
    {
        for (int attempt = 1; ; attempt++)
        {
            string path = TemporaryName.Make(target);
            try
            {
                if (TryCreate(path, target) is { } file)
                    return file;
            }
            catch (IOException exception) when (attempt < Attempts && exception is not (DirectoryNotFoundException or PathTooLongException))
            {
                // Somebody is deleting it.
            }
        }
    }

    /// <summary>Gives the file the target's name, on disk.</summary>
    public void TakeName()
    {
        Stream.Flush(flushToDisk: true);
        if (OperatingSystem.IsWindows())
        {
            // There nobody could read a file that is open for writing; the guard stays.
            Stream.Dispose();
            File.Move(_path, _target, overwrite: true);
            _isDone = true;
            return;
        }

        File.Move(_path, _target, overwrite: true);
        _isDone = true;

        // Flushed again, under its name: .NET cannot flush a folder, but file systems with a journal (ext4, xfs, btrfs) bring
        // the renaming to the disk together with the file.
        RandomAccess.FlushToDisk(Stream.SafeFileHandle);
    }

    /// <summary>Closes the file, and deletes it unless it has the target's name.</summary>
    public void Dispose()
    {
        try
        {
            // Writes what it has gathered, for which there may be no room.
            Stream.Dispose();
        }
        catch (Exception exception) when (!_isDone && exception is IOException or ArgumentOutOfRangeException)
        {
            // It is given up, and why is on its way to the caller.
        }
        finally
        {
            if (!_isDone)
                File.Delete(_path);
            _guard.Dispose();
        }
    }

    /// <summary>Deletes the temporary files of saves that were killed: those that no process holds open.</summary>
    public static void RemoveLeftovers(string target)
    {
        var options = new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Directory };
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(target) ?? target, TemporaryName.Pattern, options))
        {
            if (!TemporaryName.IsOf(target, Path.GetFileName(file.AsSpan())))
                continue;
            try
            {
                using FileStream held = OpenAlone(file);
                File.Delete(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another process is writing it, or owns it.
            }
        }
    }

    /// <summary>Creates a file and locks it.</summary>
    /// <returns>Null if a cleanup was faster than the lock.</returns>
    private static TemporaryFile? TryCreate(string path, string target)
    {
        const FileShare Everything = FileShare.ReadWrite | FileShare.Delete;
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = Everything,
            BufferSize = BufferLength,
        };
        UnixFileMode? mode = ModeOf(target);
        if (mode is not null && !OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        var stream = new FileStream(path, options);
        SafeFileHandle? guard = null;
        try
        {
            // The lock that also holds on file systems where one that is shared cannot be had by a writer (NFS, SMB).
            guard = File.OpenHandle(path, FileMode.Open, FileAccess.Read, Everything);
            if (File.Exists(path))
            {
                if (mode is not null && !OperatingSystem.IsWindows() && File.GetUnixFileMode(guard) != mode)
                    File.SetUnixFileMode(guard, mode.Value);
                return new TemporaryFile(path, target, stream, guard);
            }
        }
        catch
        {
            stream.Dispose();
            guard?.Dispose();
            File.Delete(path);
            throw;
        }

        stream.Dispose();
        guard.Dispose();
        return null;
    }

    /// <summary>
    /// Returns the permissions to keep for a file's successor; null if there is no file or the system has no such permissions.
    /// </summary>
    private static UnixFileMode? ModeOf(string target)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(target))
            return null;
        try
        {
            return File.GetUnixFileMode(target);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>
    /// Opens a file that no other process has open: for writing if that is allowed, because some file systems lock a file only then.
    /// </summary>
    private static FileStream OpenAlone(string file)
    {
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException)
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.None);
        }
    }
}
