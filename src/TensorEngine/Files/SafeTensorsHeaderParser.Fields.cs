using System.Runtime.CompilerServices;
using System.Text.Json;

namespace TensorEngine.Files;

/// <content>The three fields of a tensor's entry.</content>
internal ref partial struct SafeTensorsHeaderParser
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ElementType ReadType(string name)
    {
        if (!Next(JsonTokenType.String))
            throw Wrong($"The dtype of {Excerpt.Quoted(name)} is not a text.");
        ReadOnlySpan<byte[]> names = ElementTypes.Utf8Names;
        if (Is(names[(int)_lastType]))
            return _lastType;
        for (int type = 0; type < names.Length; type++)
        {
            if (Is(names[type]))
                return _lastType = (ElementType)type;
        }

        throw Wrong($"The dtype of {Excerpt.Quoted(name)} is {Excerpt.Quoted(Text())}, which is not a known type.");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long[] ReadLengths(string name)
    {
        if (!Next(JsonTokenType.StartArray))
            throw Wrong($"The shape of {Excerpt.Quoted(name)} is not an array.");
        // Few as a rule; where they are more, they are counted before memory is taken for them, and read once more.
        Utf8JsonReader start = _reader;
        Span<long> few = stackalloc long[8];
        int rank = 0;
        for (; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; rank++)
        {
            long length = Integer("shape", name);
            if (rank < few.Length)
                few[rank] = length;
        }

        if (rank <= few.Length)
            return few[..rank].SequenceEqual(_lastLengths) ? _lastLengths : _lastLengths = few[..rank].ToArray();
        _reader = start;
        long[] lengths = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            _reader.Read();
            lengths[i] = Integer("shape", name);
        }

        _reader.Read();
        return lengths;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (long Begin, long End) ReadOffsets(string name)
    {
        if (!Next(JsonTokenType.StartArray))
            throw NotTwo(name);
        _reader.Read();
        long begin = Integer("data_offsets", name);
        _reader.Read();
        long end = Integer("data_offsets", name);
        return Next(JsonTokenType.EndArray) ? (begin, end) : throw NotTwo(name);
    }

    private readonly InvalidFileException NotTwo(string name) =>
        Wrong($"The data_offsets of {Excerpt.Quoted(name)} are not an array of two integers.");

    /// <summary>The token that was read last as an integer.</summary>
    private readonly long Integer(string field, string name) =>
        _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out long value) && value >= 0
            ? value
            : throw NoInteger(field, name);

    private readonly InvalidFileException NoInteger(string field, string name) =>
        Wrong($"The {field} of {Excerpt.Quoted(name)} has something that is not an integer from 0 to {long.MaxValue}.");
}
