using System.Text;
using System.Text.Json;
using TensorEngine.Files;

namespace TensorEngine.Checkpoints;

/// <summary>Reads JSON values, each given by its part of the text.</summary>
internal static class JsonValue
{
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = StateArchive.MaximumDepth };

    /// <summary>The initial state of a reader.</summary>
    public static JsonReaderState Start => new(s_options);

    /// <summary>Returns a reader that has read the first token of a value.</summary>
    public static Utf8JsonReader Open(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, s_options);
        reader.Read();
        return reader;
    }

    /// <summary>Reads a whole text.</summary>
    /// <returns>The kind of the value.</returns>
    /// <exception cref="JsonException">The text is not JSON, or objects and lists are nested too deeply.</exception>
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

    /// <summary>Returns the number of items in a list.</summary>
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

    /// <summary>Reads a finite number, or one of the texts for other numbers.</summary>
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

    /// <summary>Reads a text, unless it contains an unpaired surrogate.</summary>
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

    /// <summary>Returns the name that was read last; in its escaped form if it contains an unpaired surrogate.</summary>
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

    /// <summary>Returns the value as it appears in the text, for a message.</summary>
    public static string Quoted(ReadOnlySpan<byte> json)
    {
        const int MostBytes = 1000;
        return Excerpt.Quoted(Encoding.UTF8.GetString(json[..Math.Min(json.Length, MostBytes)]));
    }
}
