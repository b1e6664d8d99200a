namespace TensorEngine.Files;

/// <summary>Reads a stream and computes the CRC-32, as in zip archives, of the bytes read.</summary>
internal sealed class ChecksumStream(Stream source) : Stream
{
    // The polynomial of zip, its bits reversed.
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] s_table = MakeTable();

    private uint _state = uint.MaxValue;
    private long _read;

    /// <summary>Gets the checksum of the bytes read.</summary>
    public uint Checksum => ~_state;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int read = source.Read(buffer);
        _read += read;
        foreach (byte value in buffer[..read])
            _state = s_table[(byte)(_state ^ value)] ^ _state >> 8;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Reads to the end, and throws if that is not where it should be or the checksum is another one.</summary>
    /// <param name="length">How many bytes the source should have.</param>
    /// <param name="checksum">The expected checksum.</param>
    /// <param name="path">The name of the source in messages.</param>
    public void CheckRest(long length, uint checksum, string path)
    {
        Span<byte> rest = stackalloc byte[4096];
        while (_read <= length && Read(rest) > 0)
        {
        }

        if (_read > length)
            throw new InvalidFileException(path, length, $"The member continues after the {length} bytes that it claims.");
        if (Checksum != checksum)
        {
            throw new InvalidFileException(
                path,
                length,
                $"The checksum of the member is {Checksum:X8}; the archive has {checksum:X8}: the file is damaged.");
        }
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? value >> 1 ^ Polynomial : value >> 1;
            table[i] = value;
        }

        return table;
    }
}
