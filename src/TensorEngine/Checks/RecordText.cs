namespace TensorEngine.Checks;

/// <summary>Reads the members of a record out of the text that the compiler makes of it, which needs no reflection.</summary>
internal static class RecordText
{
    /// <summary>
    /// Names and values of the public members, as in <c>Options { Rate = 1, Maximize = False }</c>; none if the text looks otherwise.
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

    /// <summary>The members whose values differ, with both.</summary>
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
