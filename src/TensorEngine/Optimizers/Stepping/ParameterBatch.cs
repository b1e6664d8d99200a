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
    /// <summary>What the optimizer carries from step to step beside the elements' state.</summary>
    public CarriedNumbers Carried = carried;

    public ParameterStore Store => store;

    /// <summary>Which of the optimizer's groups the parameters are in.</summary>
    public int Group => group;

    /// <summary>Which of the formats of <see cref="StateFormats"/> their state has.</summary>
    public int Format => format;

    public ReadOnlySpan<int> Slots => slots;

    /// <summary>The slots of which something is stepped: none if they are not trainable; with a shard, those that reach into it.</summary>
    public ReadOnlySpan<int> SteppedSlots => steppedSlots;

    /// <summary>The parts of the segments between a parameter's last element and the next parameter.</summary>
    public ReadOnlySpan<Segment> Padding => padding;

    public ReadOnlySpan<Segment> Segments => segments;

    /// <summary>Each parameter by itself, without padding.</summary>
    public ReadOnlySpan<Segment> Parameters => parameters;

    /// <summary>The number of the step that is being taken, or was taken last.</summary>
    public long Step { get; set; } = step;
}
