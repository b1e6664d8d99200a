using TensorEngine.Generators;

namespace Digits.Training;

/// <summary>
/// A stream of random numbers for each purpose, so that what one draws does not move another: the weights stay the same
/// whatever the number of epochs, and every optimizer sees the same batches.
/// </summary>
public static class SeededGenerator
{
    /// <summary>Which images are for training and which for the test.</summary>
    public static Generator ForSplit(ulong seed) => new Philox(seed, stream: 0);

    /// <summary>The initial weights.</summary>
    public static Generator ForWeights(ulong seed) => new Philox(seed, stream: 1);

    /// <summary>The order of the training images.</summary>
    public static Philox ForBatches(ulong seed) => new Philox(seed, stream: 2);
}
