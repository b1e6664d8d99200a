using System.Buffers.Binary;
using System.Security.Cryptography;
using TensorEngine;

namespace Samples.Shared.Reports;

/// <summary>A fingerprint of a network's weights: two networks have the same one if all their bits are the same.</summary>
public static class WeightsDigest
{
    /// <summary>
    /// SHA-256 of all values as little-endian floats, in the order of registration and without padding, in lower-case hexadecimal.
    /// </summary>
    public static string Sha256(ParameterStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Parameter parameter in store.Parameters)
        {
            byte[] bytes = new byte[sizeof(float) * (long)parameter.Length];
            for (int i = 0; i < parameter.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(sizeof(float) * i), parameter.Values[i]);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
