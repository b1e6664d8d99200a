using System.Diagnostics;

namespace TensorEngine.Files;

/// <summary>The description of a tensor in a <see cref="SafeTensorsFile"/>.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class StoredTensor
{
    private readonly long[] _lengths;

    internal StoredTensor(string name, ElementType type, long[] lengths, long elementCount, long offset, long byteLength, int headerOffset)
    {
        Name = name;
        Type = type;
        _lengths = lengths;
        ElementCount = elementCount;
        Offset = offset;
        ByteLength = byteLength;
        HeaderOffset = headerOffset;
    }

    /// <summary>The name, unique in the file.</summary>
    public string Name { get; }

    /// <summary>The type of the elements.</summary>
    public ElementType Type { get; }

    /// <summary>The lengths of the dimensions, outermost first; none for a scalar, and 0 is possible.</summary>
    public ReadOnlySpan<long> Lengths => _lengths;

    /// <summary>The number of elements: the product of the lengths.</summary>
    public long ElementCount { get; }

    /// <summary>The offset of the elements in the file, in bytes.</summary>
    public long Offset { get; }

    /// <summary>The number of bytes that the elements take.</summary>
    public long ByteLength { get; }

    /// <summary>Whether the elements can be read as floats: <c>F32</c>, <c>F64</c>, <c>F16</c> or <c>BF16</c>.</summary>
    public bool IsReadAsFloat => Type.IsReadAsFloat();

    /// <summary>The index among the tensors of the file, in the order of their bytes.</summary>
    internal int Index { get; set; }

    /// <summary>The offset of the tensor's description in the header, in bytes.</summary>
    internal int HeaderOffset { get; }

    /// <summary>Whether the lengths are those of <paramref name="shape"/>.</summary>
    public bool HasShape(Shape shape) => AreLengthsOf(shape, _lengths);

    /// <summary>Returns the name, type and lengths, such as <c>fc1.weight F32 [100, 64]</c>.</summary>
    public override string ToString() => $"{Name} {Type.Name()} [{string.Join(", ", _lengths)}]";

    /// <summary>Whether lengths from a file, which may be too large or too small for a shape, are those of one.</summary>
    internal static bool AreLengthsOf(Shape shape, ReadOnlySpan<long> lengths)
    {
        if (lengths.Length != shape.Rank)
            return false;
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] != shape[i])
                return false;
        }

        return true;
    }

    /// <summary>The lengths of a shape as those of a file, which may be larger.</summary>
    internal static long[] LengthsOf(Shape shape)
    {
        long[] lengths = new long[shape.Rank];
        for (int i = 0; i < lengths.Length; i++)
            lengths[i] = shape[i];
        return lengths;
    }
}
