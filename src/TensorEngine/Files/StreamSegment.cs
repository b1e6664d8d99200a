namespace TensorEngine.Files;

/// <summary>
/// A stream seen from its current position, which becomes position 0, because a zip archive contains positions relative to its own start.
/// Closing it leaves the stream open.
/// </summary>
internal sealed class StreamSegment(Stream stream) : Stream
{
    private readonly long _start = stream.CanSeek ? stream.Position : 0;

    public override bool CanRead => stream.CanRead;

    public override bool CanSeek => stream.CanSeek;

    public override bool CanWrite => stream.CanWrite;

    public override long Length => Math.Max(0, stream.Length - _start);

    public override long Position
    {
        get => stream.Position - _start;
        set => stream.Position = _start + value;
    }

    public override int Read(Span<byte> buffer) => stream.Read(buffer);

    public override int Read(byte[] buffer, int offset, int count) => stream.Read(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => stream.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => stream.Write(buffer, offset, count);

    public override void Flush() => stream.Flush();

    public override long Seek(long offset, SeekOrigin origin)
    {
        long place = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => Length };
        return place >= 0
            ? stream.Seek(_start + place, SeekOrigin.Begin) - _start
            : throw new IOException($"The place {place} is before the start.");
    }

    public override void SetLength(long value) => stream.SetLength(_start + value);
}
