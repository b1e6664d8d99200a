using System.Globalization;
using System.Text;
using Digits.Training;
using Samples.Shared.CommandLine;

namespace Digits.Datasets;

/// <summary>
/// Reads the 1,797 handwritten digits that come with the sample (data/README.md): a line for each image, 64 numbers from 0 to
/// 16 for 8 x 8 pixels and the digit, with commas between them.
/// </summary>
public static class DigitsFile
{
    /// <summary>The number of images in the file.</summary>
    public const int ImageCount = 1797;

    /// <summary>The number of training images.</summary>
    public const int TrainingCount = 1437;

    private const int Width = 8;
    private const int PixelCount = Width * Width;
    private const int Ink = 16;

    /// <summary>The path of the file, next to the program.</summary>
    public static string DefaultPath => Path.Combine(AppContext.BaseDirectory, "data", "digits.csv.gz");

    /// <summary>Reads the file next to the program and splits it at random.</summary>
    /// <exception cref="InputException">The file is missing or damaged.</exception>
    public static DataSplit ReadSplit(ulong seed) =>
        DataSplit.Shuffled("handwritten digits", Read(DefaultPath), TrainingCount, SeededGenerator.ForSplit(seed));

    /// <summary>Reads the file; pixels are divided by 16.</summary>
    /// <exception cref="InputException">The file is missing or damaged.</exception>
    public static LabelledImages Read(string path)
    {
        string[] lines = Encoding.Latin1.GetString(DataFile.ReadAll(path)).TrimEnd('\n').Split('\n');
        if (lines.Length != ImageCount)
            throw DataFile.Damaged(path, $"it has {lines.Length} lines; {ImageCount} are expected");

        float[] pixels = new float[ImageCount * PixelCount];
        int[] labels = new int[ImageCount];
        for (int row = 0; row < ImageCount; row++)
        {
            string[] values = lines[row].TrimEnd('\r').Split(',');
            if (values.Length != PixelCount + 1)
                throw DataFile.Damaged(path, $"line {row + 1} has {values.Length} values; {PixelCount + 1} are expected");
            for (int column = 0; column < PixelCount; column++)
                pixels[row * PixelCount + column] = (float)Parse(path, row, "a pixel", values[column], Ink) / Ink;
            labels[row] = Parse(path, row, "the label", values[PixelCount], LabelledImages.ClassCount - 1);
        }

        return new LabelledImages(pixels, labels, Width);
    }

    private static int Parse(string path, int row, string what, string text, int maximum) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value <= maximum
            ? value
            : throw DataFile.Damaged(path, $"in line {row + 1}, {what} is \"{text}\"; it must be a whole number from 0 to {maximum}");
}
