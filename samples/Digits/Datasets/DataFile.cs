using System.IO.Compression;
using Samples.Shared.CommandLine;

namespace Digits.Datasets;

/// <summary>Reads whole files, compressed or not.</summary>
internal static class DataFile
{
    /// <summary>The file's content; unpacked if its name ends in .gz.</summary>
    /// <exception cref="InputException">It is missing, cannot be read, or is no gzip file though its name says so.</exception>
    public static byte[] ReadAll(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            var content = new MemoryStream();
            if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            {
                using var unpacked = new GZipStream(file, CompressionMode.Decompress);
                unpacked.CopyTo(content);
            }
            else
            {
                file.CopyTo(content);
            }

            return content.ToArray();
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(path, "it cannot be unpacked", exception);
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

    /// <summary>The error of a file that was read but makes no sense.</summary>
    public static InputException Damaged(string path, string what, Exception? innerException = null) =>
        new($"The data file {path} is damaged: {what}.", innerException!);
}
