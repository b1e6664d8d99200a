using Microsoft.Win32.SafeHandles;

namespace Engine.Checkpoints;

/// <summary>
/// Reads ranges of a file: large ones straight into the caller's memory; small ones that follow one another through a window, so
/// that ten thousand small tensors do not take ten thousand calls of the system.
/// </summary>
internal sealed class FileBytes(SafeFileHandle file, string path)
{
    private const int WindowLength = 256 << 10;
    private const int Small = 32 << 10;

    private byte[]? _window;
    private long _windowStart;
    private int _windowFilled;
    private long _next;

    /// <summary>The length of the file in bytes.</summary>
    public long Length => RandomAccess.GetLength(file);

    /// <summary>Fills <paramref name="destination"/> with the bytes from <paramref name="offset"/> on.</summary>
    public void Read(Span<byte> destination, long offset)
    {
        long inWindow = offset - _windowStart;
        if (inWindow < 0 || inWindow > _windowFilled - destination.Length)
        {
            if (destination.Length > Small || offset != _next)
            {
                ReadFromFile(destination, offset, destination.Length);
                _next = offset + destination.Length;
                return;
            }

            // The second of two neighbours: others will follow.
            _window ??= GC.AllocateUninitializedArray<byte>(WindowLength);
            _windowFilled = 0;
            _windowFilled = ReadFromFile(_window, offset, destination.Length);
            _windowStart = offset;
            inWindow = 0;
        }

        _window.AsSpan((int)inWindow, destination.Length).CopyTo(destination);
        _next = offset + destination.Length;
    }

    /// <summary>Reads as much as there is, at least <paramref name="least"/> bytes.</summary>
    private int ReadFromFile(Span<byte> destination, long offset, int least)
    {
        int filled = 0;
        while (filled < least)
        {
            int read = RandomAccess.Read(file, destination[filled..], offset + filled);
            if (read == 0)
            {
                throw new InvalidFileException(
                    path,
                    offset + filled,
                    $"The file ends here; {least - filled} bytes more were expected. It has changed since it was opened.");
            }

            filled += read;
        }

        return filled;
    }
}
