namespace TensorEngine.Files;

/// <summary>Bytes that can be read from any place on: those of a file, or those of a stream from where it stood.</summary>
internal abstract class ByteSource : IDisposable
{
    /// <summary>Gets its name in messages: the path of a file.</summary>
    public abstract string Name { get; }

    /// <summary>The number of bytes, as it is now.</summary>
    public abstract long Length { get; }

    /// <summary>Reads as many bytes as are available at once; 0 only at the end.</summary>
    public abstract int Read(Span<byte> destination, long offset);

    /// <summary>Closes what the bytes come from, if it is the source's to close.</summary>
    public abstract void Dispose();
}
