using TensorEngine.Generators;

namespace Digits.Datasets;

/// <summary>What a network learns from, and what it is judged by.</summary>
/// <param name="Name">What the data set is called.</param>
/// <param name="Training">The images to learn from.</param>
/// <param name="Test">Other images of the same size.</param>
public sealed record DataSplit(string Name, LabelledImages Training, LabelledImages Test)
{
    /// <summary>Deals images out at random.</summary>
    /// <param name="name">What the data set is called.</param>
    /// <param name="images">All images.</param>
    /// <param name="trainingCount">How many to learn from; the others are for the test.</param>
    /// <param name="generator">Decides which.</param>
    public static DataSplit Shuffled(string name, LabelledImages images, int trainingCount, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(generator);
        int[] order = new int[images.Count];
        generator.Permutation(order);
        return new DataSplit(name, images.Select(order.AsSpan(..trainingCount)), images.Select(order.AsSpan(trainingCount..)));
    }
}
