using System.Globalization;
using TensorEngine.Files;

namespace TensorEngine.Checkpoints;

/// <summary>The keys of a checkpoint in a file's metadata, and the version that determines their meaning.</summary>
internal static class CheckpointLayout
{
    public const string Reserved = "tensorengine.";
    public const string VersionKey = "tensorengine.version";
    public const string FrozenKey = "tensorengine.frozen";
    public const string PartPrefix = "tensorengine.part.";

    private const int Version = 1;

    public static string VersionText => Version.ToString(CultureInfo.InvariantCulture);

    /// <summary>Returns whether the file is a checkpoint with a known layout.</summary>
    /// <exception cref="CheckpointMismatchException">The checkpoint has a different version.</exception>
    public static bool IsCheckpoint(SafeTensorsFile file)
    {
        if (!file.Metadata.TryGetValue(VersionKey, out string? version))
            return false;
        if (!string.Equals(version, VersionText, StringComparison.Ordinal))
        {
            throw new CheckpointMismatchException(
                file.Path, $"{VersionKey} is {Excerpt.Quoted(version)}; this library supports only version {Version} of the layout.");
        }

        return true;
    }

    /// <summary>Returns the names of the parts of a checkpoint.</summary>
    public static IEnumerable<string> Parts(SafeTensorsFile file) =>
        file.Metadata.Keys.Where(key => key.StartsWith(PartPrefix, StringComparison.Ordinal)).Select(key => key[PartPrefix.Length..]);

    public static string Part(string name) => PartPrefix + name;

    /// <summary>Returns the tensors that do not belong to a part.</summary>
    public static IEnumerable<StoredTensor> Values(SafeTensorsFile file)
    {
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> parts =
            Parts(file).ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        return file.Tensors.Where(tensor =>
            tensor.Name.IndexOf('/', StringComparison.Ordinal) is var slash
            && (slash < 0 || !parts.Contains(tensor.Name.AsSpan(0, slash))));
    }
}
