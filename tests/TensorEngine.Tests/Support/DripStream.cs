namespace TensorEngine.Tests.Support;

/// <summary>A stream over another one that gives as little as a stream may: a few bytes at a time, and perhaps no seeking.</summary>
public sealed class DripStream(Stream inner, bool canSeek = true, int most = 7) : Stream
{
    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => canSeek && inner.CanSeek;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => CanSeek ? inner.Length : throw new NotSupportedException();

    public override long Position
    {
        get => CanSeek ? inner.Position : throw new NotSupportedException();
        set => inner.Position = CanSeek ? value : throw new NotSupportedException();
    }

    /// <summary>Whether it was closed.</summary>
    public bool IsClosed { get; private set; }

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, Math.Min(count, most));

    public override int Read(Span<byte> buffer) => inner.Read(buffer[..Math.Min(buffer.Length, most)]);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => CanSeek ? inner.Seek(offset, origin) : throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsClosed = true;
        base.Dispose(disposing);
    }
}
