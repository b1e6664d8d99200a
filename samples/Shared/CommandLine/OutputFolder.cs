namespace Samples.Shared.CommandLine;

/// <summary>The folder that a sample writes its files to.</summary>
public sealed class OutputFolder
{
    private readonly string _path;

    private OutputFolder(string path) => _path = path;

    /// <summary>Creates the folder if it is missing, before the work starts, so that a bad path does not cost the results.</summary>
    /// <exception cref="InputException">The folder cannot be created.</exception>
    public static OutputFolder Make(string path)
    {
        Try(path, () => Directory.CreateDirectory(path));
        return new OutputFolder(path);
    }

    /// <summary>Writes a text file, replacing an existing one.</summary>
    /// <returns>The file's path.</returns>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public string Write(string name, string content)
    {
        string path = Path.Combine(_path, name);
        Try(path, () => File.WriteAllText(path, content));
        return path;
    }

    private static void Try(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"{path} cannot be written: {exception.Message}", exception);
        }
    }
}
