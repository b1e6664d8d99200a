using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace TensorEngine.Files;

/// <summary>
/// Reads the JSON of a safetensors header. Beyond the format's text it accepts white space of JSON before and after the object,
/// and null in the place of the metadata, as the format's own library does, and nothing else: no unknown field, no duplicate, no number
/// but an integer.
/// </summary>
internal ref partial struct SafeTensorsHeaderParser
{
    /// <summary>
    /// The most entries of metadata. The shortest take ten bytes each in the header and ten times as much in memory, which this
    /// keeps within the bound of 8 times the header and 1 MiB.
    /// </summary>
    public const int MaxMetadataEntries = 30_000;

    // The entry {"":{"dtype":"U8","shape":[],"data_offsets":[0,0]}} without its outer braces.
    private const int ShortestEntry = 49;

    private readonly string _path;
    private readonly ReadOnlySpan<byte> _header;
    private readonly long _fileLength;
    private Utf8JsonReader _reader;
    private Dictionary<string, string> _metadata = [];

    // Neighbours mostly have the same type, and often the same shape.
    private ElementType _lastType;
    private long[] _lastLengths = [];

    public SafeTensorsHeaderParser(string path, ReadOnlySpan<byte> header, long fileLength)
    {
        _path = path;
        _header = header;
        _fileLength = fileLength;
        _reader = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = 3 });
    }

    private readonly long DataStart => SafeTensorsHeader.Prefix + _header.Length;

    /// <summary>Where the token that was read last starts in the file.</summary>
    private readonly int Position => SafeTensorsHeader.Prefix + (int)_reader.TokenStartIndex;

    public SafeTensorsHeader Parse()
    {
        CheckEncoding();
        try
        {
            return ReadHeader();
        }
        catch (JsonException exception)
        {
            throw new InvalidFileException(_path, SafeTensorsHeader.Prefix + OffsetOf(exception), "The header is not JSON.", exception);
        }
    }

    // Optimized from the start, here and below: a file is often all that a process reads, and is read once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private SafeTensorsHeader ReadHeader()
    {
        // Each entry ends in a brace; no more than there can be, whatever braces stand in texts.
        int capacity = Math.Min(_header.Count((byte)'}'), _header.Length / ShortestEntry);
        var byName = new Dictionary<string, StoredTensor>(capacity, StringComparer.Ordinal);
        bool hasMetadata = false;
        if (!Next(JsonTokenType.StartObject))
            throw Wrong("The header is not a JSON object.");
        while (ReadName())
        {
            int start = Position;
            string name = Text();
            if (string.Equals(name, SafeTensorsHeader.MetadataKey, StringComparison.Ordinal))
            {
                if (hasMetadata)
                    throw Wrong($"\"{name}\" appears twice in the header.");
                hasMetadata = true;
                ReadMetadata();
                continue;
            }

            CheckName(name);
            ref StoredTensor? tensor = ref CollectionsMarshal.GetValueRefOrAddDefault(byName, name, out bool isTaken);
            if (isTaken)
                throw Wrong($"The tensor {Excerpt.Quoted(name)} appears twice in the header.");
            tensor = ReadTensor(name, start);
        }

        // What follows the object, if anything.
        _reader.Read();
        StoredTensor[] tensors = [.. byName.Values];
        CheckLayout(tensors);
        return new SafeTensorsHeader(tensors, byName, _metadata);
    }

    private readonly void CheckEncoding()
    {
        if (Utf8.IsValid(_header))
            return;
        int valid = 0;
        while (Rune.DecodeFromUtf8(_header[valid..], out _, out int length) == System.Buffers.OperationStatus.Done)
            valid += length;
        throw new InvalidFileException(_path, SafeTensorsHeader.Prefix + valid, "The header is not UTF-8.");
    }

    private readonly long OffsetOf(JsonException exception)
    {
        int start = 0;
        for (long line = exception.LineNumber ?? 0; line > 0; line--)
            start += _header[start..].IndexOf((byte)'\n') + 1;
        return start + (exception.BytePositionInLine ?? 0);
    }

    /// <summary>Goes to the next name of an object; at its end there is none.</summary>
    private bool ReadName() => _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>The text that was read last.</summary>
    private readonly string Text()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw HalfOfPair(exception);
        }
    }

    /// <summary>Whether the text that was read last is that one.</summary>
    private readonly bool Is(ReadOnlySpan<byte> text) =>
        _reader.ValueIsEscaped ? IsUnescaped(text) : _reader.ValueSpan.SequenceEqual(text);

    private readonly bool IsUnescaped(ReadOnlySpan<byte> text)
    {
        try
        {
            return _reader.ValueTextEquals(text);
        }
        catch (InvalidOperationException exception)
        {
            throw HalfOfPair(exception);
        }
    }

    private readonly InvalidFileException HalfOfPair(InvalidOperationException exception) =>
        new(_path, Position, "A text has half of a surrogate pair.", exception);

    private readonly void CheckName(string name)
    {
        if (name.Contains('\0', StringComparison.Ordinal))
            throw Wrong("A name has a character of code 0.");
    }

    private void ReadMetadata()
    {
        if (Next(JsonTokenType.Null))
            return;
        if (_reader.TokenType != JsonTokenType.StartObject)
            throw Wrong($"\"{SafeTensorsHeader.MetadataKey}\" is not an object.");
        Utf8JsonReader start = _reader;
        int count = 0;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            count++;
            if (!Next(JsonTokenType.String))
                throw Wrong($"\"{SafeTensorsHeader.MetadataKey}\" maps something to a value that is not a text.");
        }

        if (count > MaxMetadataEntries)
            throw Wrong($"\"{SafeTensorsHeader.MetadataKey}\" has {count} entries; at most {MaxMetadataEntries} are read.");
        _reader = start;
        _metadata = new Dictionary<string, string>(count, StringComparer.Ordinal);
        while (ReadName())
        {
            int position = Position;
            string key = Text();
            CheckName(key);
            _reader.Read();
            if (!_metadata.TryAdd(key, Text()))
            {
                throw new InvalidFileException(
                    _path, position, $"{Excerpt.Quoted(key)} appears twice in \"{SafeTensorsHeader.MetadataKey}\".");
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private StoredTensor ReadTensor(string name, int start)
    {
        if (!Next(JsonTokenType.StartObject))
            throw Wrong($"The entry of {Excerpt.Quoted(name)} is not an object.");
        ElementType? type = null;
        long[]? lengths = null;
        (long Begin, long End)? offsets = null;
        while (ReadName())
        {
            if (Is("dtype"u8))
            {
                CheckFirst(type is null, "dtype", name);
                type = ReadType(name);
            }
            else if (Is("shape"u8))
            {
                CheckFirst(lengths is null, "shape", name);
                lengths = ReadLengths(name);
            }
            else if (Is("data_offsets"u8))
            {
                CheckFirst(offsets is null, "data_offsets", name);
                offsets = ReadOffsets(name);
            }
            else
            {
                throw Wrong(
                    $"{Excerpt.Quoted(name)} has the field {Excerpt.Quoted(Text())}; only dtype, shape and data_offsets are known.");
            }
        }

        if (type is null || lengths is null || offsets is null)
        {
            string missing = type is null ? "dtype" : lengths is null ? "shape" : "data_offsets";
            throw new InvalidFileException(_path, start, $"{Excerpt.Quoted(name)} has no {missing}.");
        }

        return MakeTensor(name, type.Value, lengths, offsets.Value, start);
    }

    private readonly void CheckFirst(bool isFirst, string field, string name)
    {
        if (!isFirst)
            throw Wrong($"{Excerpt.Quoted(name)} has the field {field} twice.");
    }

    /// <summary>Reads a token and says whether it is of that kind.</summary>
    private bool Next(JsonTokenType kind) => _reader.Read() && _reader.TokenType == kind;

    private readonly InvalidFileException Wrong(string reason) => new(_path, Position, reason);
}
