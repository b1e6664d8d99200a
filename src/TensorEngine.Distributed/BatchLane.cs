namespace TensorEngine.Distributed;

/// <summary>A share of a batch, whose samples pass forward and backward on their own.</summary>
/// <param name="Index">The index of the lane, from 0, counted over all ranks.</param>
/// <param name="Count">The total number of lanes of all ranks.</param>
/// <param name="Start">The index of the first sample in the whole batch.</param>
/// <param name="Length">The number of samples.</param>
public readonly record struct BatchLane(int Index, int Count, int Start, int Length);
