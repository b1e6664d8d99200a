using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TensorEngine.Tests.Digests;

/// <summary>The SHA-256 of many numbers as little-endian bits. All NaNs count as one, as their bits are the machine's.</summary>
public sealed class Digest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Dispose() => _hash.Dispose();

    public void Add(ReadOnlySpan<float> values)
    {
        byte[] bytes = new byte[sizeof(float) * values.Length];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(sizeof(float) * i), float.IsNaN(values[i]) ? float.NaN : values[i]);
        _hash.AppendData(bytes);
    }

    public void Add(ReadOnlySpan<double> values)
    {
        foreach (double value in values)
            Add(value);
    }

    public void Add(ReadOnlySpan<int> values)
    {
        foreach (int value in values)
            Add((long)value);
    }

    public void Add(ReadOnlySpan<long> values)
    {
        foreach (long value in values)
            Add(value);
    }

    public void Add(ReadOnlySpan<ulong> values)
    {
        foreach (ulong value in values)
            Add((long)value);
    }

    public void Add(double value) => Add(BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? double.NaN : value));

    public void Add(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        _hash.AppendData(bytes);
    }

    /// <summary>The digest in lower-case hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(_hash.GetCurrentHash());
}
