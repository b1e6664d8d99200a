using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace TensorEngine.Files;

/// <summary>A tensor to write: a name, a type, lengths and the memory of its elements in row-major order, which is not copied.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public abstract class TensorContent
{
    private readonly long[] _lengths;

    private TensorContent(string name, ElementType type, ReadOnlySpan<long> lengths, long byteLength)
    {
        Name = CheckName(name);
        Type = type;
        _lengths = lengths.ToArray();
        ByteLength = byteLength;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The type of the elements.</summary>
    public ElementType Type { get; }

    /// <summary>The lengths of the dimensions, outermost first; none for a scalar.</summary>
    public ReadOnlySpan<long> Lengths => _lengths;

    /// <summary>The number of bytes that the elements take.</summary>
    public long ByteLength { get; }

    /// <summary>Returns a tensor of floats, <c>F32</c>.</summary>
    /// <param name="name">The name: well-formed Unicode without the character with code 0, and not <c>__metadata__</c>.</param>
    /// <param name="shape">The lengths of the dimensions; none for a scalar.</param>
    /// <param name="values">The elements, as many as the shape has. They are read when the file is written.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="name"/> cannot be in a file, or <paramref name="values"/> does not have the length of <paramref name="shape"/>.
    /// </exception>
    public static TensorContent Of(string name, Shape shape, ReadOnlyMemory<float> values) =>
        Make(name, ElementType.F32, shape, values);

    /// <summary>Returns a tensor of doubles, <c>F64</c>.</summary>
    /// <inheritdoc cref="Of(string, Shape, ReadOnlyMemory{float})"/>
    public static TensorContent Of(string name, Shape shape, ReadOnlyMemory<double> values) =>
        Make(name, ElementType.F64, shape, values);

    /// <summary>Returns a tensor of integers, <c>I64</c>.</summary>
    /// <inheritdoc cref="Of(string, Shape, ReadOnlyMemory{float})"/>
    public static TensorContent Of(string name, Shape shape, ReadOnlyMemory<long> values) =>
        Make(name, ElementType.I64, shape, values);

    /// <summary>Returns a tensor of unsigned integers, <c>U64</c>.</summary>
    /// <inheritdoc cref="Of(string, Shape, ReadOnlyMemory{float})"/>
    public static TensorContent Of(string name, Shape shape, ReadOnlyMemory<ulong> values) =>
        Make(name, ElementType.U64, shape, values);

    /// <summary>Returns a tensor of bytes, <c>U8</c>.</summary>
    /// <inheritdoc cref="Of(string, Shape, ReadOnlyMemory{float})"/>
    public static TensorContent Of(string name, Shape shape, ReadOnlyMemory<byte> values) =>
        Make(name, ElementType.U8, shape, values);

    /// <summary>Returns a tensor of any type, whose elements are given as the bytes in the file.</summary>
    /// <param name="name">The name: well-formed Unicode without the character with code 0, and not <c>__metadata__</c>.</param>
    /// <param name="type">The type of the elements.</param>
    /// <param name="lengths">The lengths of the dimensions, each at least 0; none for a scalar.</param>
    /// <param name="bytes">The elements, little-endian. They are read when the file is written.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="type"/> is no type, or a length is negative.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="name"/> cannot be in a file; the elements do not fill whole bytes; or the length of <paramref name="bytes"/> is not
    /// that of the elements.
    /// </exception>
    public static TensorContent OfBytes(string name, ElementType type, ReadOnlySpan<long> lengths, ReadOnlyMemory<byte> bytes)
    {
        if (!Enum.IsDefined(type))
            throw new ArgumentOutOfRangeException(nameof(type), type, $"type is {(int)type}; it must be one of {nameof(ElementType)}.");
        Int128 bits = type.Bits();
        foreach (long length in lengths)
        {
            if (length < 0)
                throw new ArgumentOutOfRangeException(nameof(lengths), length, $"lengths has {length}; lengths must be at least 0.");

            // Past 2^64 bits no memory can have that length; a length of 0 still makes it 0.
            bits = Int128.Min(bits, Int128.One << 62) * length;
        }

        if (bits % 8 != 0)
            throw new ArgumentException($"{name} has {bits} bits; elements of {type.Name()} must fill whole bytes.", nameof(lengths));
        if (bits / 8 != bytes.Length)
        {
            throw new ArgumentException(
                $"bytes has {bytes.Length} bytes; the shape {Excerpt.Of(lengths)} of {type.Name()} takes another number.", nameof(bytes));
        }

        return new Elements<byte>(name, type, lengths, bytes);
    }

    /// <summary>Returns the name, type and lengths, such as <c>fc1.weight F32 [100, 64]</c>.</summary>
    public override string ToString() => $"{Name} {Type.Name()} {Excerpt.Of(_lengths)}";

    /// <summary>Writes the elements as the bytes in a file.</summary>
    internal abstract void WriteTo(Stream file, Transfer transfer);

    private static Elements<T> Make<T>(string name, ElementType type, Shape shape, ReadOnlyMemory<T> values)
        where T : unmanaged
    {
        Require.SameCount(values.Length, shape, nameof(values));
        return new Elements<T>(name, type, StoredTensor.LengthsOf(shape), values);
    }

    private static string CheckName(string name)
    {
        Require.WellFormed(name);
        if (name.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("name has the character with code 0, which readers in C take as its end.", nameof(name));
        if (string.Equals(name, SafeTensorsHeader.MetadataKey, StringComparison.Ordinal))
            throw new ArgumentException($"name is \"{name}\", which is reserved for the metadata of a file.", nameof(name));
        return name;
    }

    private sealed class Elements<T>(string name, ElementType type, ReadOnlySpan<long> lengths, ReadOnlyMemory<T> elements)
        : TensorContent(name, type, lengths, (long)elements.Length * Unsafe.SizeOf<T>())
        where T : unmanaged
    {
        internal override void WriteTo(Stream file, Transfer transfer) => FileElements.Write(file, elements.Span, transfer);
    }
}
