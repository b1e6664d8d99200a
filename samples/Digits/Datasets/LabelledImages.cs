namespace Digits.Datasets;

/// <summary>Images of one size, one row of pixels each, and the digit that each shows.</summary>
public sealed class LabelledImages
{
    /// <summary>The number of different labels, 0 to 9.</summary>
    public const int ClassCount = 10;

    private readonly float[] _pixels;
    private readonly int[] _labels;

    /// <param name="pixels">[images, pixels], row by row.</param>
    /// <param name="labels">One for each image, at least one.</param>
    /// <param name="width">The number of pixels in a row of an image.</param>
    public LabelledImages(float[] pixels, int[] labels, int width)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Length == 0 || pixels.Length == 0 || pixels.Length % labels.Length != 0)
        {
            throw new ArgumentException(
                $"pixels has {pixels.Length} elements, labels has {labels.Length}; there must be as many pixels for every label.",
                nameof(pixels));
        }

        int pixelCount = pixels.Length / labels.Length;
        if (width < 1 || pixelCount % width != 0)
        {
            throw new ArgumentException(
                $"width is {width}; the {pixelCount} pixels of an image must make whole rows.", nameof(width));
        }

        _pixels = pixels;
        _labels = labels;
        PixelCount = pixelCount;
        Width = width;
    }

    /// <summary>The number of images.</summary>
    public int Count => _labels.Length;

    /// <summary>The number of pixels of each image.</summary>
    public int PixelCount { get; }

    /// <summary>The number of pixels in a row of an image.</summary>
    public int Width { get; }

    /// <summary>The pixels, [images, pixels], from 0 (paper) to 1 (ink).</summary>
    public ReadOnlySpan<float> Pixels => _pixels;

    /// <summary>The digits, one for each image.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>The pixels of image number <paramref name="index"/>.</summary>
    public ReadOnlySpan<float> Image(int index) => Pixels.Slice(index * PixelCount, PixelCount);

    /// <summary>The images of these numbers, in their order.</summary>
    public LabelledImages Select(ReadOnlySpan<int> indices)
    {
        float[] pixels = new float[indices.Length * PixelCount];
        int[] labels = new int[indices.Length];
        for (int row = 0; row < indices.Length; row++)
        {
            Image(indices[row]).CopyTo(pixels.AsSpan(row * PixelCount));
            labels[row] = _labels[indices[row]];
        }

        return new LabelledImages(pixels, labels, Width);
    }
}
