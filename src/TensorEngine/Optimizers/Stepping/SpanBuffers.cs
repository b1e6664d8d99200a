using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>Checks the spans of a static step (equal lengths, no overlap) and turns them into the loop's buffers.</summary>
internal static class SpanBuffers
{
    public static UpdateBuffers Check(Span<float> values, ReadOnlySpan<float> gradients)
    {
        Require.SameLength(gradients, values);
        Require.Apart(gradients, values);
        return new UpdateBuffers
        {
            Values = ref MemoryMarshal.GetReference(values),
            // Not written: clearing is not asked for.
            Gradients = ref MemoryMarshal.GetReference(gradients),
            GradientFactor = 1,
        };
    }

    public static UpdateBuffers Check(
        Span<float> values,
        ReadOnlySpan<float> gradients,
        Span<float> state0,
        [CallerArgumentExpression(nameof(state0))] string name0 = "")
    {
        UpdateBuffers buffers = Check(values, gradients);
        Require.SameLength(state0, values, name0);
        Require.Apart(state0, values, name0);
        Require.Apart(state0, gradients, name0);
        buffers.State0 = ref MemoryMarshal.GetReference(state0);
        return buffers;
    }

    public static UpdateBuffers Check(
        Span<float> values,
        ReadOnlySpan<float> gradients,
        Span<float> state0,
        Span<float> state1,
        [CallerArgumentExpression(nameof(state0))] string name0 = "",
        [CallerArgumentExpression(nameof(state1))] string name1 = "")
    {
        UpdateBuffers buffers = Check(values, gradients, state0, name0);
        Require.SameLength(state1, values, name1);
        Require.Apart(state1, values, name1);
        Require.Apart(state1, gradients, name1);
        Require.Apart(state1, state0, name1, name0);
        buffers.State1 = ref MemoryMarshal.GetReference(state1);
        return buffers;
    }

    public static UpdateBuffers Check(
        Span<float> values,
        ReadOnlySpan<float> gradients,
        Span<float> state0,
        Span<float> state1,
        Span<float> state2,
        [CallerArgumentExpression(nameof(state0))] string name0 = "",
        [CallerArgumentExpression(nameof(state1))] string name1 = "",
        [CallerArgumentExpression(nameof(state2))] string name2 = "")
    {
        UpdateBuffers buffers = Check(values, gradients, state0, state1, name0, name1);
        Require.SameLength(state2, values, name2);
        Require.Apart(state2, values, name2);
        Require.Apart(state2, gradients, name2);
        Require.Apart(state2, state0, name2, name0);
        Require.Apart(state2, state1, name2, name1);
        buffers.State2 = ref MemoryMarshal.GetReference(state2);
        return buffers;
    }
}
