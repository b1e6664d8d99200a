using System.Globalization;
using System.Text;

namespace TensorEngine.Files;

/// <summary>
/// Creates the names of a target's temporary files: the target's name, 32 random hexadecimal digits, and .tmp. A long name is truncated, so
/// that a system that allows the target's name allows the temporary one; a hash of the whole name then distinguishes it from similar ones.
/// </summary>
internal static class TemporaryName
{
    private const string Suffix = ".tmp";
    private const int ChanceLength = 32;

    // Up to here the longer name is no risk: no system in use stops below 100.
    private const int LongestWhole = 63;

    // A tilde, 16 digits of a hash, and what follows every name.
    private const int CutLength = 1 + 16 + 1 + ChanceLength + 4;

    /// <summary>Gets the pattern that every temporary name matches.</summary>
    public static string Pattern => $"*{Suffix}";

    /// <summary>Creates a new unique path next to the target.</summary>
    public static string Make(string target)
    {
        ReadOnlySpan<char> folder = Path.GetDirectoryName(target.AsSpan());
        return Path.Join(folder, $"{Prefix(Path.GetFileName(target))}{Guid.NewGuid():N}{Suffix}");
    }

    /// <summary>Whether a file of that name can be a temporary one of the target.</summary>
    public static bool IsOf(string target, ReadOnlySpan<char> name)
    {
        string prefix = Prefix(Path.GetFileName(target));
        return name.Length == prefix.Length + ChanceLength + Suffix.Length
            && name.StartsWith(prefix, StringComparison.Ordinal)
            && name.EndsWith(Suffix, StringComparison.Ordinal)
            && Guid.TryParseExact(name[prefix.Length..^Suffix.Length], "N", out _);
    }

    private static string Prefix(string name)
    {
        int length = Encoding.UTF8.GetByteCount(name);
        if (length <= LongestWhole)
            return $"{name}.";

        // Systems count bytes or UTF-16: neither may become more. A pair of surrogates is not cut apart.
        int kept = Math.Max(0, name.Length - CutLength);
        while (kept > 0 && (Encoding.UTF8.GetByteCount(name.AsSpan(0, kept)) > length - CutLength || char.IsHighSurrogate(name[kept - 1])))
            kept--;
        return string.Create(CultureInfo.InvariantCulture, $"{name.AsSpan(0, kept)}~{Hash(name):x16}.");
    }

    // FNV-1a.
    private static ulong Hash(string name)
    {
        ulong hash = 14695981039346656037;
        foreach (byte value in Encoding.UTF8.GetBytes(name))
            hash = (hash ^ value) * 1099511628211;
        return hash;
    }
}
