using Samples.Shared.CommandLine;

namespace TensorEngine.Benchmarks.Tool.Measuring;

/// <summary>Another build to measure. One of the library alone gets a copy of this tool around it, which is deleted in the end.</summary>
internal sealed class OtherBuild : IDisposable
{
    private readonly string? _copy;

    private OtherBuild(BenchProgram program, string? copy = null)
    {
        Program = program;
        _copy = copy;
    }

    /// <summary>What measures.</summary>
    public BenchProgram Program { get; }

    /// <summary>Finds the build that a path stands for.</summary>
    /// <exception cref="InputException">There is no such file.</exception>
    public static OtherBuild Of(string path)
    {
        string full = Path.GetFullPath(path);
        if (!File.Exists(full))
            throw SampleOption.Unusable("other", path, "the path of a TensorEngine.dll or of a build of this tool");
        return string.Equals(Path.GetFileName(full), Path.GetFileName(Library), StringComparison.OrdinalIgnoreCase)
            ? Around(full)
            : new OtherBuild(new BenchProgram(full));
    }

    public void Dispose()
    {
        if (_copy is not null)
            Directory.Delete(_copy, recursive: true);
    }

    private static string Library => typeof(Parameter).Assembly.Location;

    private static OtherBuild Around(string library)
    {
        string tool = Path.GetDirectoryName(BenchProgram.This.Path)!;
        string copy = Directory.CreateTempSubdirectory("tensorengine-bench-").FullName;
        foreach (string file in Directory.EnumerateFiles(tool, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(tool, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        File.Copy(library, Path.Combine(copy, Path.GetFileName(Library)), overwrite: true);
        return new OtherBuild(new BenchProgram(Path.Combine(copy, Path.GetFileName(BenchProgram.This.Path))), copy);
    }
}
