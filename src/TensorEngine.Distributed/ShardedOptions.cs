using TensorEngine.Numerics.Losses;

namespace TensorEngine.Distributed;

/// <summary>Specifies how a <see cref="ShardedOptimizer"/> sums over the samples of a batch.</summary>
public sealed record ShardedOptions
{
    /// <summary>
    /// Gets the number of equal shares into which a batch is divided; their gradients are added by a fixed tree. 1 (the default) gives the
    /// bits of the optimizer on its own in one process; 16 gives the same bits for 1, 2, 4, 8 and 16 processes. The value must be a power
    /// of two and at least the number of processes.
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
    /// Gets whether each lane's loss is the mean over its samples (the default) or their sum. For means, the gradients are divided by
    /// <see cref="BatchLanes"/>, so that they are those of the mean over the whole batch; this is exact because it is a power of two. If a
    /// mean leaves samples out (an ignored label), it is not the mean over the batch: use sums, and scale with
    /// <c>GradientOptions.Scale</c>.
    /// </summary>
    public LossReduction Reduction { get; init; } = LossReduction.Mean;

    /// <summary>
    /// Gets the parameters that lanes change themselves, such as the running statistics of batch norm. Every lane starts from the same
    /// values, and the step stores the mean of the lanes' results. Null (the default) means all parameters that are not trainable when the
    /// optimizer is created.
    /// </summary>
    public IReadOnlyList<Parameter>? Statistics { get; init; }
}
