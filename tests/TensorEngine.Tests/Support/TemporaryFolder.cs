namespace TensorEngine.Tests.Support;

/// <summary>A folder of a test's own, deleted with all that is in it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Folder = Directory.CreateTempSubdirectory("engine-tests-").FullName;

    public string Folder { get; }

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        string path = PathOf(name);
        QuickFile.Write(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
