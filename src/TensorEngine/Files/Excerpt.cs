namespace TensorEngine.Files;

/// <summary>Text from a file for a message: a hostile name may have a hundred million characters.</summary>
internal static class Excerpt
{
    private const int MaxLength = 80;

    /// <summary>The text in quotation marks, its middle left out if it is long.</summary>
    public static string Quoted(string text) =>
        text.Length <= MaxLength ? $"\"{text}\"" : $"\"{text.AsSpan(0, MaxLength / 2)}...{text.AsSpan(text.Length - (MaxLength / 2))}\"";

    /// <summary>Lengths in brackets, only the first of them if they are many.</summary>
    public static string Of(ReadOnlySpan<long> lengths)
    {
        const int Shown = 8;
        return lengths.Length <= Shown
            ? $"[{string.Join(", ", lengths.ToArray())}]"
            : $"[{string.Join(", ", lengths[..Shown].ToArray())} and {lengths.Length - Shown} more]";
    }
}
