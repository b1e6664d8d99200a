using System.Buffers.Binary;
using System.IO.Compression;
using Samples.Shared.CommandLine;

namespace Digits.Datasets;

/// <summary>Reads whole files, compressed or not.</summary>
internal static class DataFile
{
    /// <summary>Returns the content of a file, decompressed if its name ends in .gz.</summary>
    /// <exception cref="InputException">
    /// The file is missing, cannot be read, or has a name that ends in .gz without being a complete gzip file.
    /// </exception>
    public static byte[] ReadAll(string path)
    {
        try
        {
            byte[] content = File.ReadAllBytes(path);
            return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Unpack(path, content) : content;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"The data file {path} is missing.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The data file {path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Creates the error for a file with invalid content.</summary>
    public static InputException Damaged(string path, string what, Exception? innerException = null) =>
        new($"The data file {path} is damaged: {what}.", innerException!);

    private static byte[] Unpack(string path, byte[] packed)
    {
        var content = new MemoryStream();
        try
        {
            using var stream = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            stream.CopyTo(content);
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(path, "it cannot be unpacked", exception);
        }

        // GZipStream takes the end of the file for the end of the data. A whole file ends with the length of what it holds.
        bool isWhole = packed.Length >= sizeof(uint)
            && BinaryPrimitives.ReadUInt32LittleEndian(packed.AsSpan(packed.Length - sizeof(uint))) == (uint)content.Length;
        return isWhole ? content.ToArray() : throw Damaged(path, "it is cut short, or something follows its end");
    }
}
