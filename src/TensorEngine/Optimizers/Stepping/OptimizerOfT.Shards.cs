namespace TensorEngine.Optimizers.Stepping;

/// <content>Steps over a part of the elements, with the state of that part alone.</content>
public abstract partial class Optimizer<TOptions>
{
    /// <inheritdoc/>
    public sealed override ParameterShard? Shard => Slots.Shard;

    /// <summary>The reason why the optimizer cannot step only a part of its parameters, or null if it can.</summary>
    internal virtual string? WhyWhole => null;

    internal override ReadOnlySpan<Segment> TrainableSegments()
    {
        Refresh();
        return Slots.Trainable(0);
    }

    internal override void HoldWholeState(bool hold)
    {
        if (hold)
            _state.HoldWhole();
        else
            _state.ReleaseWhole();
    }

    internal override Span<float> WholeState(Parameter parameter, string stateName) =>
        _state.Whole(Slots.Of(parameter), stateName, GetType().Name);

    private void CheckShard(string name)
    {
        if (Shard is { PartCount: > 1 } && WhyWhole is { } reason)
            throw new ArgumentException($"{name} is {Shard}, but {GetType().Name} can only step all of its parameters: {reason}", name);
    }
}
