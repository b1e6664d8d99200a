using System.Buffers.Binary;
using Samples.Shared.CommandLine;

namespace Digits.Datasets;

/// <summary>
/// Reads MNIST's four IDX files. Such a file is a magic number, the length of each dimension (32 bits each, the highest byte
/// first), and a byte for each element.
/// </summary>
public static class MnistFolder
{
    // Two zeros, 8 for unsigned bytes, and the number of dimensions.
    private const int ImagesMagic = 0x00000803;
    private const int LabelsMagic = 0x00000801;

    private const float Ink = 255;

    /// <summary>Reads the folder's files, each plain or with .gz at the end of its name; pixels are divided by 255.</summary>
    /// <exception cref="InputException">A file is missing or damaged, or the files do not match.</exception>
    public static DataSplit Read(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InputException($"--data is {folder}; it must be a folder with MNIST's four files.");
        LabelledImages training = ReadPair(folder, "train");
        LabelledImages test = ReadPair(folder, "t10k");
        return training.PixelCount == test.PixelCount
            ? new DataSplit($"MNIST ({folder})", training, test)
            : throw new InputException(
                $"The images in {folder} do not match: {training.PixelCount} pixels for training, {test.PixelCount} for testing.");
    }

    private static LabelledImages ReadPair(string folder, string name)
    {
        string imagesPath = Find(folder, $"{name}-images-idx3-ubyte");
        string labelsPath = Find(folder, $"{name}-labels-idx1-ubyte");
        byte[] images = DataFile.ReadAll(imagesPath);
        byte[] labels = DataFile.ReadAll(labelsPath);
        ReadOnlySpan<byte> pixels = Elements(imagesPath, images, ImagesMagic, dimensions: 3);
        ReadOnlySpan<byte> digits = Elements(labelsPath, labels, LabelsMagic, dimensions: 1);
        int imageCount = Length(images, 0);
        if (imageCount != digits.Length)
            throw new InputException($"{imagesPath} has {imageCount} images, {labelsPath} has {digits.Length} labels; both must be equal.");
        return new LabelledImages(Scaled(pixels), Checked(labelsPath, digits), width: Length(images, 2));
    }

    /// <summary>Returns the plain file if it exists, otherwise the compressed one.</summary>
    private static string Find(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        if (File.Exists(path))
            return path;
        return File.Exists($"{path}.gz") ? $"{path}.gz" : throw new InputException($"The data file {path} (or {name}.gz) is missing.");
    }

    /// <summary>Returns the data after the header, which must have the announced length.</summary>
    private static ReadOnlySpan<byte> Elements(string path, byte[] content, int magic, int dimensions)
    {
        int start = sizeof(int) * (1 + dimensions);
        if (content.Length < start)
            throw DataFile.Damaged(path, $"it has {content.Length} bytes; its header alone has {start}");
        int found = BinaryPrimitives.ReadInt32BigEndian(content);
        if (found != magic)
            throw DataFile.Damaged(path, $"it starts with 0x{found:x8}; an IDX file of {dimensions} dimensions starts with 0x{magic:x8}");

        Int128 elements = 1;
        for (int dimension = 0; dimension < dimensions; dimension++)
        {
            int length = Length(content, dimension);
            if (length < 1)
                throw DataFile.Damaged(path, $"dimension {dimension} has length {length}; lengths must be at least 1");
            elements *= length;
        }

        return elements == content.Length - start
            ? content.AsSpan(start)
            : throw DataFile.Damaged(path, $"its header announces {elements} elements, but {content.Length - start} follow");
    }

    private static int Length(byte[] content, int dimension) =>
        BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(sizeof(int) * (1 + dimension)));

    private static float[] Scaled(ReadOnlySpan<byte> pixels)
    {
        float[] scaled = new float[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
            scaled[i] = pixels[i] / Ink;
        return scaled;
    }

    private static int[] Checked(string path, ReadOnlySpan<byte> digits)
    {
        int[] labels = new int[digits.Length];
        for (int i = 0; i < digits.Length; i++)
        {
            labels[i] = digits[i] < LabelledImages.ClassCount
                ? digits[i]
                : throw DataFile.Damaged(path, $"label {i} is {digits[i]}; it must be from 0 to {LabelledImages.ClassCount - 1}");
        }

        return labels;
    }
}
