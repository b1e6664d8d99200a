namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// Parameters of one store with the same options, step count and carried numbers; without segments if they are not trainable.
/// </summary>
internal sealed class ParameterBatch(
    ParameterStore store, int group, long step, Carried carried, int[] slots, int[] paddedSlots, Segment[] segments)
{
    public ParameterStore Store => store;

    /// <summary>Which of the optimizer's options the parameters follow.</summary>
    public int Group => group;

    public ReadOnlySpan<int> Slots => slots;

    /// <summary>Those of the slots that end in padding.</summary>
    public ReadOnlySpan<int> PaddedSlots => paddedSlots;

    public ReadOnlySpan<Segment> Segments => segments;

    /// <summary>The number of the step that is being taken, or was taken last.</summary>
    public long Step { get; set; } = step;

    /// <summary>What the optimizer carries from step to step beside the elements' state.</summary>
    public Carried Carried { get; set; } = carried;
}

/// <summary>
/// Numbers that a parameter takes from one step to the next because they do not follow from its step count (a product or sum
/// over options that may have changed). They are part of the saved state; what they mean is the optimizer's.
/// </summary>
internal readonly record struct Carried(double First, double Second = 0);
