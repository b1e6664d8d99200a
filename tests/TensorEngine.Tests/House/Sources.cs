using System.Runtime.CompilerServices;

namespace TensorEngine.Tests.House;

/// <summary>The repository's own files, which lie where they were compiled.</summary>
public static class Sources
{
    public static string PathOf(string path) => Path.GetFullPath(Path.Combine(Folder(), "..", "..", "..", path));

    /// <summary>The C# files of a project that a person has written.</summary>
    public static IEnumerable<string> Files(string project) => Directory
        .EnumerateFiles(PathOf(project), "*.cs", SearchOption.AllDirectories)
        .Where(file => !IsMade(Path.GetRelativePath(PathOf(project), file)))
        .Order(StringComparer.Ordinal);

    private static bool IsMade(string path) => path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "out");

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
