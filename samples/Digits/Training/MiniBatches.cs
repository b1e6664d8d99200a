using Digits.Datasets;
using TensorEngine.Generators;

namespace Digits.Training;

/// <summary>
/// Deals the training images out in batches, in another order each epoch. What is left over after the last full batch waits.
/// </summary>
public sealed class MiniBatches
{
    private readonly LabelledImages _source;
    private readonly Generator _generator;
    private readonly int[] _order;
    private readonly float[] _images;
    private readonly int[] _labels;

    /// <param name="source">The images to deal out.</param>
    /// <param name="size">How many at a time, at most all.</param>
    /// <param name="generator">Decides the order.</param>
    public MiniBatches(LabelledImages source, int size, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (size < 1 || size > source.Count)
            throw new ArgumentOutOfRangeException(nameof(size), size, $"size is {size}; it must be from 1 to {source.Count}.");
        _source = source;
        _generator = generator;
        _order = new int[source.Count];
        _images = new float[size * source.PixelCount];
        _labels = new int[size];
    }

    /// <summary>The number of full batches in an epoch.</summary>
    public int CountPerEpoch => _source.Count / _labels.Length;

    /// <summary>The batch's pixels, [batch, pixels].</summary>
    public ReadOnlySpan<float> Images => _images;

    /// <summary>The batch's digits, [batch].</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>Starts an epoch.</summary>
    public void Shuffle() => _generator.Permutation(_order);

    /// <summary>Copies batch number <paramref name="index"/> of the epoch into <see cref="Images"/> and <see cref="Labels"/>.</summary>
    public void Load(int index)
    {
        for (int row = 0; row < _labels.Length; row++)
        {
            int image = _order[index * _labels.Length + row];
            _source.Image(image).CopyTo(_images.AsSpan(row * _source.PixelCount));
            _labels[row] = _source.Labels[image];
        }
    }
}
