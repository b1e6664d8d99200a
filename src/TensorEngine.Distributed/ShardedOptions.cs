using TensorEngine.Numerics.Losses;

namespace TensorEngine.Distributed;

/// <summary>How a <see cref="ShardedOptimizer"/> sums over the samples of a batch.</summary>
public sealed record ShardedOptions
{
    /// <summary>
    /// Into how many shares of equal size a batch is divided, whose gradients are added by a fixed tree: 1 (the default) for the bits of
    /// one process without any of this; 16 for bits that are equal for 1, 2, 4, 8 and 16 processes. A power of two, at least the number
    /// of processes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a power of two from 1 to 1024.</exception>
    public int BatchLanes
    {
        get;
        init => field = value is >= 1 and <= 1024 && (value & (value - 1)) == 0
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"BatchLanes is {value}; it must be a power of two from 1 to 1024.");
    } = 1;

    /// <summary>
    /// Whether each lane's loss is the mean over its samples (the default) or their sum. Of means the gradients are divided by
    /// <see cref="BatchLanes"/>, so that they are those of the mean over the whole batch; this is exact, as it is a power of two. Where a
    /// mean leaves samples out (an ignored label), it is not the mean over the batch: use sums, and scale by
    /// <c>GradientOptions.Scale</c>.
    /// </summary>
    public LossReduction Reduction { get; init; } = LossReduction.Mean;

    /// <summary>
    /// The parameters that lanes change by themselves, as the running statistics of batch norm. Every lane starts from the same
    /// values, and the step leaves the mean over the lanes of what each has made of them. Null (the default) for all that are not
    /// trainable when the optimizer is made.
    /// </summary>
    public IReadOnlyList<Parameter>? Statistics { get; init; }
}
