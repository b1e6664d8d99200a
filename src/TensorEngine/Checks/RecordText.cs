namespace TensorEngine.Checks;

/// <summary>Parses the members of a record from its compiler-generated text, which needs no reflection.</summary>
internal static class RecordText
{
    /// <summary>
    /// Gets the names and values of the public members, as in <c>Options { Rate = 1, Maximize = False }</c>; empty if the text has another
    /// form.
    /// </summary>
    public static IReadOnlyList<(string Name, string Value)> Members(object record)
    {
        string text = record.ToString() ?? "";
        int start = text.IndexOf('{', StringComparison.Ordinal);
        int end = text.LastIndexOf('}');
        if (start < 0 || end < start)
            return [];
        var members = new List<(string Name, string Value)>();
        foreach (string part in Parts(text[(start + 1)..end]))
        {
            int sign = part.IndexOf(" = ", StringComparison.Ordinal);
            if (sign > 0 && part[..sign].All(character => char.IsLetterOrDigit(character) || character == '_'))
                members.Add((part[..sign], part[(sign + 3)..]));
            else if (members.Count > 0)
                members[^1] = (members[^1].Name, $"{members[^1].Value}, {part}");
        }

        return members;
    }

    /// <summary>Gets the members whose values differ, with both values.</summary>
    public static IEnumerable<(string Name, string Left, string Right)> Differences(object left, object right) =>
        Members(left).Zip(Members(right))
            .Where(pair => !string.Equals(pair.First.Value, pair.Second.Value, StringComparison.Ordinal))
            .Select(pair => (pair.First.Name, pair.First.Value, pair.Second.Value));

    // What lies between commas that are not inside brackets.
    private static IEnumerable<string> Parts(string text)
    {
        int depth = 0, from = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '{' or '[' or '(' => 1, '}' or ']' or ')' => -1, _ => 0 };
            if (text[i] == ',' && depth == 0)
            {
                yield return text[from..i].Trim();
                from = i + 1;
            }
        }

        yield return text[from..].Trim();
    }
}
