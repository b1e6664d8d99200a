using TensorEngine.Generators;

namespace Digits.Datasets;

/// <summary>The images for training and for testing a network.</summary>
/// <param name="Name">The name of the data set.</param>
/// <param name="Training">The training images.</param>
/// <param name="Test">The test images, of the same size.</param>
public sealed record DataSplit(string Name, LabelledImages Training, LabelledImages Test)
{
    /// <summary>Splits images at random.</summary>
    /// <param name="name">The name of the data set.</param>
    /// <param name="images">All images.</param>
    /// <param name="trainingCount">The number of training images; the others are for testing.</param>
    /// <param name="generator">The source of the random order.</param>
    public static DataSplit Shuffled(string name, LabelledImages images, int trainingCount, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(generator);
        int[] order = new int[images.Count];
        generator.Permutation(order);
        return new DataSplit(name, images.Select(order.AsSpan(..trainingCount)), images.Select(order.AsSpan(trainingCount..)));
    }
}
