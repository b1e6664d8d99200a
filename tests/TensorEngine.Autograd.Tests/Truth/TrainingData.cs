using System.Globalization;
using System.IO.Compression;
using NUnit.Framework;
using TensorEngine.Autograd.Tests.Goldens;
using TensorEngine.Generators;

namespace TensorEngine.Autograd.Tests.Truth;

/// <summary>The images of the recorded trainings and what they show.</summary>
public sealed record TrainingData(float[] Pixels, int[] Labels, int Side)
{
    private const int LabelCount = 10;

    public int Count => Labels.Length;

    public static TrainingData Of(RecordedTraining training)
    {
        ArgumentNullException.ThrowIfNull(training);
        return training.DataSeed is { } seed ? Patterns(seed, training.ImageCount, training.Side) : Digits();
    }

    public ReadOnlySpan<float> PixelsOf(int first, int count) => Pixels.AsSpan(first * Side * Side, count * Side * Side);

    /// <summary>The handwritten digits of the samples, pixels from 0 to 1.</summary>
    private static TrainingData Digits()
    {
        using var packed = new GZipStream(
            File.OpenRead(Path.Combine(TestContext.CurrentContext.TestDirectory, "Goldens", "digits.csv.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(packed);
        int[][] rows = [.. reader.ReadToEnd().TrimEnd().Split('\n').Select(
            line => line.Split(',').Select(value => int.Parse(value, CultureInfo.InvariantCulture)).ToArray())];
        return new TrainingData([.. rows.SelectMany(row => row[..64]).Select(ink => ink / 16f)], [.. rows.Select(row => row[64])], 8);
    }

    /// <summary>One pattern of noise for each label, under other noise, as the recording script draws them.</summary>
    private static TrainingData Patterns(ulong seed, int images, int side)
    {
        int size = side * side;
        var generator = new TorchGenerator(seed);
        float[] ofLabel = new float[LabelCount * size], pixels = new float[images * size];
        int[] labels = new int[images];
        generator.Normal(ofLabel);
        generator.Normal(pixels);
        generator.Integers(labels, 0, LabelCount);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] += ofLabel[labels[i / size] * size + i % size];
        return new TrainingData(pixels, labels, side);
    }
}
