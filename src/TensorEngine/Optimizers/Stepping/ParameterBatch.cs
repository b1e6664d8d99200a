namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// Parameters of one store with the same options, step count and carried numbers; without segments if they are not trainable.
/// </summary>
internal sealed class ParameterBatch(
    ParameterStore store,
    int group,
    int format,
    long step,
    CarriedNumbers carried,
    int[] slots,
    int[] steppedSlots,
    Segment[] padding,
    Segment[] segments,
    Segment[] parameters)
{
    /// <summary>The numbers that the optimizer carries from step to step in addition to the elements' state.</summary>
    public CarriedNumbers Carried = carried;

    public ParameterStore Store => store;

    /// <summary>The index of the parameters' group in the optimizer.</summary>
    public int Group => group;

    /// <summary>The format of their state in <see cref="StateFormats"/>.</summary>
    public int Format => format;

    public ReadOnlySpan<int> Slots => slots;

    /// <summary>The slots with elements to step: none if they are not trainable; with a shard, those that overlap it.</summary>
    public ReadOnlySpan<int> SteppedSlots => steppedSlots;

    /// <summary>The parts of the segments between a parameter's last element and the next parameter.</summary>
    public ReadOnlySpan<Segment> Padding => padding;

    public ReadOnlySpan<Segment> Segments => segments;

    /// <summary>Each parameter by itself, without padding.</summary>
    public ReadOnlySpan<Segment> Parameters => parameters;

    /// <summary>The number of the current or latest step.</summary>
    public long Step { get; set; } = step;
}
