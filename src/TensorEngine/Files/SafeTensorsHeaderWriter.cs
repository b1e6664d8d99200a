using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace TensorEngine.Files;

/// <summary>
/// Makes the header of a safetensors file as the format's own library does: metadata first, tensors by type, the largest first, and
/// then by name; no white space but the blanks at the end that fill it to a multiple of 8 bytes.
/// </summary>
internal sealed class SafeTensorsHeaderWriter
{
    private const int Alignment = 8;

    private byte[] _bytes;
    private int _length;

    private SafeTensorsHeaderWriter(int capacity) => _bytes = new byte[capacity];

    /// <summary>Puts the tensors into the order of the file and makes the header, its length in front.</summary>
    public static ReadOnlyMemory<byte> Make(TensorContent[] tensors, KeyValuePair<string, string>[] metadata)
    {
        Check(tensors, metadata);
        Array.Sort(tensors, static (a, b) => a.Type != b.Type ? b.Type.CompareTo(a.Type) : CompareAsUtf8(a.Name, b.Name));
        Array.Sort(metadata, static (a, b) => CompareAsUtf8(a.Key, b.Key));
        var writer = new SafeTensorsHeaderWriter(LikelyLength(tensors, metadata));
        writer.Fill(tensors, metadata);
        return writer._bytes.AsMemory(0, writer._length);
    }

    private static void Check(TensorContent[] tensors, KeyValuePair<string, string>[] metadata)
    {
        if (metadata.Length > SafeTensorsHeaderParser.MaxMetadataEntries)
        {
            throw new ArgumentException(
                $"metadata has {metadata.Length} entries; at most {SafeTensorsHeaderParser.MaxMetadataEntries} are read.",
                nameof(metadata));
        }

        var keys = new HashSet<string>(metadata.Length, StringComparer.Ordinal);
        foreach ((string key, string value) in metadata)
        {
            Require.WellFormed(key, nameof(metadata));
            Require.WellFormed(value, nameof(metadata));
            if (key.Contains('\0', StringComparison.Ordinal))
                throw new ArgumentException("metadata has a name with a character of code 0.", nameof(metadata));
            if (!keys.Add(key))
                throw new ArgumentException($"metadata has {Excerpt.Quoted(key)} twice; names must be unique.", nameof(metadata));
        }

        var names = new HashSet<string>(tensors.Length, StringComparer.Ordinal);
        foreach (TensorContent tensor in tensors)
        {
            if (!names.Add(Require.NotNull(tensor, nameof(tensors)).Name))
                throw new ArgumentException($"tensors has {Excerpt.Quoted(tensor.Name)} twice; names must be unique.", nameof(tensors));
        }
    }

    private static int LikelyLength(TensorContent[] tensors, KeyValuePair<string, string>[] metadata)
    {
        // What stands around the name, the dtype, two offsets and, by dimension, a length; an escape now and then is room enough.
        const int Entry = 100;
        const int Dimension = 10;
        long length = Entry;
        foreach (TensorContent tensor in tensors)
            length += tensor.Name.Length + Entry + (Dimension * tensor.Lengths.Length);
        foreach ((string key, string value) in metadata)
            length += key.Length + value.Length + Alignment;
        return (int)Math.Min(length, SafeTensorsHeader.MaxLength + Entry);
    }

    // The order of UTF-8 is the order of code points; that of UTF-16 puts surrogates before U+E000.
    private static int CompareAsUtf8(string left, string right)
    {
        int common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
            return left.Length.CompareTo(right.Length);
        bool leftIsHigh = char.IsSurrogate(left[common]);
        bool rightIsHigh = char.IsSurrogate(right[common]);
        return leftIsHigh != rightIsHigh ? leftIsHigh.CompareTo(rightIsHigh) : left[common].CompareTo(right[common]);
    }

    private void Fill(TensorContent[] tensors, KeyValuePair<string, string>[] metadata)
    {
        _length = SafeTensorsHeader.Prefix;
        Add("{");
        string separator = "";
        if (metadata.Length > 0)
        {
            AddText(SafeTensorsHeader.MetadataKey);
            Add(":{");
            foreach ((string key, string value) in metadata)
            {
                Add(separator);
                AddText(key);
                Add(":");
                AddText(value);
                separator = ",";
            }

            Add("}");
        }

        long offset = 0;
        foreach (TensorContent tensor in tensors)
        {
            Add(separator);
            AddEntry(tensor, offset);
            offset = checked(offset + tensor.ByteLength);
            separator = ",";
        }

        Add("}");
        while (_length % Alignment != 0)
            Add(" ");
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes, (ulong)(_length - SafeTensorsHeader.Prefix));
    }

    private void AddEntry(TensorContent tensor, long offset)
    {
        AddText(tensor.Name);
        Add(":{\"dtype\":\"");
        Add(tensor.Type.Name());
        Add("\",\"shape\":[");
        for (int i = 0; i < tensor.Lengths.Length; i++)
        {
            Add(i == 0 ? "" : ",");
            Add(tensor.Lengths[i]);
        }

        Add("],\"data_offsets\":[");
        Add(offset);
        Add(",");
        Add(offset + tensor.ByteLength);
        Add("]}");
    }

    private void Add(long number)
    {
        Span<char> digits = stackalloc char[20];
        number.TryFormat(digits, out int written, default, CultureInfo.InvariantCulture);
        Add(digits[..written]);
    }

    private void Add(ReadOnlySpan<char> text) => _length += Encoding.UTF8.GetBytes(text, Free(Encoding.UTF8.GetByteCount(text)));

    /// <summary>Adds a text in quotation marks, with the escapes that JSON demands and no others.</summary>
    private void AddText(string text)
    {
        Add("\"");
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] >= ' ' && text[i] is not ('"' or '\\'))
                continue;
            Add(text.AsSpan(start, i - start));
            Add(text[i] switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}"),
            });
            start = i + 1;
        }

        Add(text.AsSpan(start));
        Add("\"");
    }

    /// <summary>Room for some bytes more.</summary>
    private Span<byte> Free(int count)
    {
        long needed = _length + (long)count;
        if (needed > SafeTensorsHeader.Prefix + SafeTensorsHeader.MaxLength)
        {
            throw new NotSupportedException(
                $"tensors and metadata take a header of more than {SafeTensorsHeader.MaxLength} bytes, which the format does not allow.");
        }

        if (needed > _bytes.Length)
        {
            long length = Math.Min(Math.Max(needed, 2L * _bytes.Length), SafeTensorsHeader.Prefix + SafeTensorsHeader.MaxLength);
            Array.Resize(ref _bytes, (int)length);
        }

        return _bytes.AsSpan(_length);
    }
}
