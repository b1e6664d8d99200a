using System.Text.Json;
using TensorEngine.Files;

namespace TensorEngine.Checkpoints;

/// <summary>
/// Finds members of a JSON object that is known to be well-formed, in place in the text. Searching in the order of the file reads the
/// object once; other orders take longer, but no memory either.
/// </summary>
internal sealed class JsonMembers(ReadOnlyMemory<byte> json)
{
    private JsonReaderState _state = JsonValue.Start;
    private int _at;

    /// <summary>Finds the value of the member with that name, if it is not null.</summary>
    /// <returns>Whether there is such a member.</returns>
    public bool TryFind(string name, out ReadOnlyMemory<byte> value)
    {
        for (int pass = 0; pass < 2; pass++)
        {
            int origin = _at;
            var reader = new Utf8JsonReader(json.Span[origin..], isFinalBlock: true, _state);
            while (ReadName(ref reader))
            {
                bool isIt = NameIs(ref reader, name);
                reader.Read();
                int start = origin + (int)reader.TokenStartIndex;
                reader.Skip();
                int end = origin + (int)reader.BytesConsumed;
                if (isIt)
                {
                    (_at, _state, value) = (end, reader.CurrentState, json[start..end]);
                    return true;
                }
            }

            // Once more from the start.
            (_at, _state) = (0, JsonValue.Start);
        }

        value = default;
        return false;
    }

    /// <summary>Compares the object's members with the names that were searched for and found.</summary>
    /// <returns>What is wrong with the first member that is unknown or appears twice, or null if there is none.</returns>
    public string? FindUnknown(List<string> asked)
    {
        var reader = new Utf8JsonReader(json.Span, isFinalBlock: true, JsonValue.Start);
        HashSet<string>? rest = null;
        for (int i = 0; ReadName(ref reader); i++)
        {
            if (rest is null && !(i < asked.Count && NameIs(ref reader, asked[i])))
                rest = new(asked.Skip(i), StringComparer.Ordinal);
            if (rest is not null)
            {
                string name = JsonValue.NameOf(ref reader);
                if (!rest.Remove(name))
                    return Excerpt.Quoted(name) + (asked.Contains(name, StringComparer.Ordinal) ? " twice" : ", which is not known here");
            }

            reader.Read();
            reader.Skip();
        }

        return null;
    }

    /// <summary>Reads the next name, from the start of the object or after a value.</summary>
    private static bool ReadName(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
            reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName;
    }

    private static bool NameIs(ref Utf8JsonReader reader, string name)
    {
        try
        {
            return reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            // It has half of a surrogate pair, as no name has.
            return false;
        }
    }
}
