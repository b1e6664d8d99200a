using System.Text;
using System.Text.Json;
using TensorEngine.Files;

namespace TensorEngine.Checkpoints;

/// <summary>Values of JSON, each given by the part of the text that it takes.</summary>
internal static class JsonValue
{
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = StateArchive.MaximumDepth };

    /// <summary>Where a reader starts.</summary>
    public static JsonReaderState Start => new(s_options);

    /// <summary>A reader that has read the first token of a value.</summary>
    public static Utf8JsonReader Open(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, s_options);
        reader.Read();
        return reader;
    }

    /// <summary>Reads a whole text.</summary>
    /// <returns>What it is.</returns>
    /// <exception cref="JsonException">It is not JSON, or objects and lists lie too deep within one another.</exception>
    public static JsonTokenType Check(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = Open(json);
        JsonTokenType kind = reader.TokenType;
        while (reader.Read())
        {
        }

        return kind;
    }

    public static JsonTokenType KindOf(ReadOnlySpan<byte> json) => Open(json).TokenType;

    /// <summary>How many items a list has.</summary>
    public static int Count(ReadOnlySpan<byte> list)
    {
        Utf8JsonReader reader = Open(list);
        int count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
            reader.Skip();
        return count;
    }

    public static bool TryGetInteger(ref Utf8JsonReader reader, out long value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out value);
    }

    public static bool TryGetWord(ref Utf8JsonReader reader, out ulong value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out value);
    }

    /// <summary>A finite number, or one of the texts for the others.</summary>
    public static bool TryGetNumber(ref Utf8JsonReader reader, out double value)
    {
        value = 0;
        if (reader.TokenType == JsonTokenType.Number)
            return reader.TryGetDouble(out value) && double.IsFinite(value);
        if (!TryGetText(ref reader, out string? text))
            return false;
        value = text switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => 0,
        };
        return value != 0;
    }

    /// <summary>A text, unless it has half of a surrogate pair.</summary>
    public static bool TryGetText(ref Utf8JsonReader reader, out string value)
    {
        value = "";
        if (reader.TokenType != JsonTokenType.String)
            return false;
        try
        {
            value = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The name that was read last; as it stands in the text if it has half of a surrogate pair.</summary>
    public static string NameOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    /// <summary>The value as it stands in the text, for a message.</summary>
    public static string Quoted(ReadOnlySpan<byte> json)
    {
        const int MostBytes = 1000;
        return Excerpt.Quoted(Encoding.UTF8.GetString(json[..Math.Min(json.Length, MostBytes)]));
    }
}
