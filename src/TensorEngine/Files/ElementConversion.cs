using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace TensorEngine.Files;

/// <summary>
/// Makes floats of the bytes of a file. Types of at most 16 bits and <c>F32</c> exactly; the others rounded once to the nearest
/// float, ties to even, beyond the largest float to an infinity.
/// </summary>
internal static class ElementConversion
{
    /// <summary>Converts elements of <paramref name="type"/>; their bytes are left in this machine's order.</summary>
    public static void ToFloats(ElementType type, Span<byte> source, bool littleEndian, Span<float> destination)
    {
        if (littleEndian != BitConverter.IsLittleEndian)
            ReverseBytes(source, type.Bits() / 8);
        switch (type)
        {
            case ElementType.F32:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case ElementType.F64:
                Convert<double>(source, destination);
                break;
            case ElementType.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(source), destination);
                break;
            case ElementType.BF16:
                Widen(MemoryMarshal.Cast<byte, ushort>(source), destination);
                break;
            case ElementType.Bool or ElementType.U8:
                Convert<byte>(source, destination);
                break;
            case ElementType.I8:
                Convert<sbyte>(source, destination);
                break;
            case ElementType.I16:
                Convert<short>(source, destination);
                break;
            case ElementType.U16:
                Convert<ushort>(source, destination);
                break;
            case ElementType.I32:
                Convert<int>(source, destination);
                break;
            case ElementType.U32:
                Convert<uint>(source, destination);
                break;
            case ElementType.I64:
                Convert<long>(source, destination);
                break;
            case ElementType.U64:
                Round(MemoryMarshal.Cast<byte, ulong>(source), destination);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, $"type is {type.Name()}, which has no conversion to float.");
        }
    }

    /// <summary>Reverses the bytes of each element of <paramref name="size"/> bytes.</summary>
    public static void ReverseBytes(Span<byte> bytes, int size)
    {
        switch (size)
        {
            case sizeof(ushort):
                Span<ushort> shorts = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case sizeof(uint):
                Span<uint> ints = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case sizeof(ulong):
                Span<ulong> longs = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }

    private static void Convert<T>(ReadOnlySpan<byte> source, Span<float> destination)
        where T : unmanaged, INumberBase<T>
    {
        ReadOnlySpan<T> elements = MemoryMarshal.Cast<byte, T>(source);
        for (int i = 0; i < destination.Length; i++)
            destination[i] = float.CreateTruncating(elements[i]);
    }

    private static void Widen(ReadOnlySpan<ushort> upperHalves, Span<float> destination)
    {
        for (int i = 0; i < destination.Length; i++)
            destination[i] = BitConverter.UInt32BitsToSingle((uint)upperHalves[i] << 16);
    }

    // From 2^63 on the conversion goes over half the number, whose last bit stands for all that was shifted out: .NET itself
    // has rounded twice there on some machines.
    private static void Round(ReadOnlySpan<ulong> elements, Span<float> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            ulong element = elements[i];
            destination[i] = element <= long.MaxValue ? (long)element : 2 * (float)(long)(element >> 1 | element & 1);
        }
    }
}
