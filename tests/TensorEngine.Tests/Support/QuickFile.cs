namespace TensorEngine.Tests.Support;

/// <summary>Writes many small files over one another. Cutting a file to nothing first makes ext4 wait for the disk; this does not.</summary>
internal static class QuickFile
{
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write);
        RandomAccess.Write(file, content, 0);
        RandomAccess.SetLength(file, content.Length);
    }
}
