using System.Buffers.Binary;
using System.Text;

namespace TensorEngine.Tests.Files;

/// <summary>.npy files made by hand.</summary>
internal static class NumPyBytes
{
    /// <summary>An .npy file with that header, a line break after it, and so many bytes of data, all 0.</summary>
    public static byte[] Make(string header, int dataLength, byte version = 1)
    {
        byte[] length = new byte[version == 1 ? sizeof(ushort) : sizeof(uint)];
        if (version == 1)
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)(header.Length + 1));
        else
            BinaryPrimitives.WriteInt32LittleEndian(length, header.Length + 1);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. Encoding.Latin1.GetBytes(header), (byte)'\n', .. new byte[dataLength]];
    }
}
