using System.Runtime.InteropServices;

namespace TensorEngine.Files;

/// <summary>Reads the elements of an .npy file as floats into row-major memory.</summary>
internal static class NumPyData
{
    private const int Chunk = 64 << 10;

    public static void Read(Stream file, NumPyHeader header, Span<float> destination, string path, Transfer transfer)
    {
        NumPyDescription array = header.Array;
        if (array.Type == ElementType.F32 && array.IsLittleEndian == BitConverter.IsLittleEndian && !array.IsFortranOrder)
            ReadInPlace(file, header, destination, path, transfer);
        else
            ReadAndConvert(file, header, destination, path, transfer);
    }

    private static void ReadInPlace(Stream file, NumPyHeader header, Span<float> destination, string path, Transfer transfer)
    {
        long offset = header.DataOffset;
        while (!destination.IsEmpty)
        {
            Span<float> part = destination[..Math.Min(destination.Length, Transfer.Chunk / sizeof(float))];
            ReadExactly(file, MemoryMarshal.AsBytes(part), path, ref offset);
            transfer.Advance(part.Length * sizeof(float));
            destination = destination[part.Length..];
        }
    }

    private static void ReadAndConvert(Stream file, NumPyHeader header, Span<float> destination, string path, Transfer transfer)
    {
        int size = header.Array.Type.Bits() / 8;
        byte[] bytes = new byte[Chunk];
        float[] converted = new float[Chunk / size];
        var place = new FortranOrder(header.Array.IsFortranOrder ? header.Array.Lengths : [header.Array.ElementCount]);
        long offset = header.DataOffset;
        for (long done = 0; done < destination.Length; done += converted.Length)
        {
            Span<float> part = converted.AsSpan(0, (int)Math.Min(converted.Length, destination.Length - done));
            Span<byte> source = bytes.AsSpan(0, part.Length * size);
            long start = offset;
            ReadExactly(file, source, path, ref offset);
            if (header.Array.Type == ElementType.Bool && source.IndexOfAnyExcept((byte)0, (byte)1) is >= 0 and int at)
                throw new InvalidFileException(path, start + at, $"The element is {source[at]}; one of type b1 is 0 or 1.");
            ElementConversion.ToFloats(header.Array.Type, source, header.Array.IsLittleEndian, part);
            foreach (float element in part)
                destination[place.Next()] = element;
            transfer.Advance(source.Length);
        }
    }

    private static void ReadExactly(Stream file, Span<byte> destination, string path, ref long offset)
    {
        int read = file.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        if (read < destination.Length)
        {
            throw new InvalidFileException(
                path, offset + read, $"The file ends here; {destination.Length - read} bytes more were expected.");
        }

        offset += read;
    }

    /// <summary>The row-major places of elements that come with the first index running fastest.</summary>
    private struct FortranOrder
    {
        private readonly long[] _lengths;
        private readonly int[] _strides;
        private readonly long[] _index;
        private int _place;

        public FortranOrder(long[] lengths)
        {
            _lengths = lengths;
            _strides = new int[lengths.Length];
            _index = new long[lengths.Length];
            int stride = 1;
            for (int i = lengths.Length - 1; i >= 0; i--)
            {
                _strides[i] = stride;
                stride = unchecked(stride * (int)lengths[i]);
            }
        }

        public int Next()
        {
            int place = _place;
            for (int i = 0; i < _lengths.Length; i++)
            {
                _place += _strides[i];
                if (++_index[i] < _lengths[i])
                    break;

                // Back to the start of this dimension, and on in the next.
                _place -= (int)(_lengths[i] * _strides[i]);
                _index[i] = 0;
            }

            return place;
        }
    }
}
