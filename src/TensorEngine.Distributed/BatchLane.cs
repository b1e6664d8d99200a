namespace TensorEngine.Distributed;

/// <summary>A share of a batch: its samples are forwarded and gone back through by themselves.</summary>
/// <param name="Index">Which lane, from 0, counted over all ranks.</param>
/// <param name="Count">The number of lanes of all ranks together.</param>
/// <param name="Start">The first sample, counted in the whole batch.</param>
/// <param name="Length">The number of samples.</param>
public readonly record struct BatchLane(int Index, int Count, int Start, int Length);
