using Microsoft.Win32.SafeHandles;

namespace TensorEngine.Files;

/// <summary>Opens files to read. Others may read a file, delete it and take its name while it is open.</summary>
internal static class InputFile
{
    private const int Attempts = 20;

    /// <summary>
    /// Opens a file. If another process has locked it, tries again for some milliseconds: a save that tidies up after one that was killed
    /// can hold such a lock for a moment.
    /// </summary>
    public static SafeFileHandle Open(string path)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                // Delete: on Windows, whoever saves over the file has to take its name while it is being read.
                return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            }
            catch (IOException exception) when (attempt < Attempts && exception.GetType() == typeof(IOException))
            {
                Thread.Sleep(1);
            }
        }
    }

    /// <summary>Opens a file as a stream.</summary>
    public static FileStream OpenStream(string path, int bufferSize) => new(Open(path), FileAccess.Read, bufferSize);
}
