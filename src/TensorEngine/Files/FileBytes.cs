using System.Buffers;

namespace TensorEngine.Files;

/// <summary>
/// Reads ranges of a source: large ones straight into the caller's memory; small ones that follow one another through a window, so
/// that ten thousand small tensors do not take ten thousand calls of the system.
/// </summary>
internal sealed class FileBytes(ByteSource source) : IDisposable
{
    private const int Page = 4096;
    private const int Small = 32 << 10;

    // With a page to align it an array of the pool.
    private const int WindowLength = (256 << 10) - Page;

    private byte[]? _window;
    private int _windowOrigin;
    private long _windowStart;
    private int _windowFilled;
    private long _next;

    /// <summary>The name of the source in messages.</summary>
    public string Name => source.Name;

    /// <summary>The length of the source in bytes.</summary>
    public long Length => source.Length;

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
            Fill(offset, destination.Length);
            inWindow = offset - _windowStart;
        }

        _window.AsSpan(_windowOrigin + (int)inWindow, destination.Length).CopyTo(destination);
        _next = offset + destination.Length;
    }

    /// <summary>Releases the window and closes the source; nothing can be read afterward.</summary>
    public void Dispose()
    {
        source.Dispose();
        if (_window is not null)
            ArrayPool<byte>.Shared.Return(_window);
        _window = null;
        _windowFilled = 0;
    }

    /// <summary>
    /// Fills the window with the bytes that follow a position of the file. The window and its contents start at a page boundary, because
    /// some processors copy several times more slowly between addresses with different offsets within a page.
    /// </summary>
    private void Fill(long offset, int least)
    {
        _window ??= ArrayPool<byte>.Shared.Rent(WindowLength + Page);
        _windowOrigin = BytesToPage(_window);
        _windowFilled = 0;
        _windowStart = offset / Page * Page;
        _windowFilled = ReadFromFile(_window.AsSpan(_windowOrigin, WindowLength), _windowStart, (int)(offset - _windowStart) + least);
    }

    // Should the array be moved later, which large ones hardly are, copying is only slower.
    private static unsafe int BytesToPage(byte[] array)
    {
        fixed (byte* first = array)
            return (int)(-(nint)first & (Page - 1));
    }

    /// <summary>Reads as much as there is, at least <paramref name="least"/> bytes.</summary>
    private int ReadFromFile(Span<byte> destination, long offset, int least)
    {
        int filled = 0;
        while (filled < least)
        {
            int read = source.Read(destination[filled..], offset + filled);
            if (read == 0)
            {
                throw new InvalidFileException(
                    source.Name,
                    offset + filled,
                    $"The file ends here; {least - filled} bytes more were expected. It has changed since it was opened.");
            }

            filled += read;
        }

        return filled;
    }
}
