namespace TensorEngine.Tests.Catalog;

/// <summary>The spans of one step over own memory. State that the case does not have is empty.</summary>
public readonly ref struct StepBuffers(
    Span<float> values, ReadOnlySpan<float> gradients, Span<float> state0, Span<float> state1, Span<float> state2, Span<float> state3)
{
    public Span<float> Values { get; } = values;

    public ReadOnlySpan<float> Gradients { get; } = gradients;

    public Span<float> State0 { get; } = state0;

    public Span<float> State1 { get; } = state1;

    public Span<float> State2 { get; } = state2;

    public Span<float> State3 { get; } = state3;
}
