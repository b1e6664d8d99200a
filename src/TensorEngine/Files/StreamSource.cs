namespace TensorEngine.Files;

/// <summary>The bytes of a stream from its current position, which becomes position 0.</summary>
internal sealed class StreamSource : ByteSource
{
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly long _start;

    /// <summary>Takes a stream that was checked by <see cref="StreamArgument.ToRead"/>.</summary>
    public StreamSource(Stream stream, bool leaveOpen)
    {
        (_stream, _leaveOpen, _start) = (stream, leaveOpen, stream.Position);
        Name = StreamArgument.NameOf(stream);
    }

    public override string Name { get; }

    public override long Length => Math.Max(0, _stream.Length - _start);

    public override int Read(Span<byte> destination, long offset)
    {
        // Some streams forget what they have buffered when they are told where they stand already.
        if (_stream.Position != _start + offset)
            _stream.Position = _start + offset;
        return _stream.Read(destination);
    }

    public override void Dispose()
    {
        if (!_leaveOpen)
            _stream.Dispose();
    }
}
