using Microsoft.Win32.SafeHandles;

namespace TensorEngine.Files;

/// <summary>The bytes of a file.</summary>
internal sealed class FileSource : ByteSource
{
    private readonly SafeFileHandle _file;

    public FileSource(string path) => (Name, _file) = (path, InputFile.Open(path));

    public override string Name { get; }

    public override long Length => RandomAccess.GetLength(_file);

    public override int Read(Span<byte> destination, long offset) => RandomAccess.Read(_file, destination, offset);

    public override void Dispose() => _file.Dispose();
}
