using System.Runtime.InteropServices;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>Checks the caller's spans (equal lengths, no overlap) and turns them into the data of a sweep.</summary>
internal static class SpanBuffers
{
    /// <summary>Values and gradients, and states up to the last that is not empty.</summary>
    public static SweepBuffers Check(
        Span<float> values,
        ReadOnlySpan<float> gradients,
        Span<float> state0 = default,
        Span<float> state1 = default,
        Span<float> state2 = default,
        Span<float> state3 = default)
    {
        Require.SameLength(gradients, values);
        Require.Apart(gradients, values);
        var buffers = new SweepBuffers
        {
            Values = ref MemoryMarshal.GetReference(values),
            // Not written: clearing is not asked for.
            Gradients = ref MemoryMarshal.GetReference(gradients),
            GradientFactor = 1,
            StateCount = Count(state0, state1, state2, state3),
        };
        if (buffers.StateCount > 0)
        {
            CheckState(state0, values, gradients, nameof(state0));
            buffers.State0 = ref MemoryMarshal.GetReference(state0);
        }

        if (buffers.StateCount > 1)
        {
            CheckState(state1, values, gradients, nameof(state1));
            Require.Apart(state1, state0);
            buffers.State1 = ref MemoryMarshal.GetReference(state1);
        }

        if (buffers.StateCount > 2)
        {
            CheckState(state2, values, gradients, nameof(state2));
            Require.Apart(state2, state0);
            Require.Apart(state2, state1);
            buffers.State2 = ref MemoryMarshal.GetReference(state2);
        }

        if (buffers.StateCount > 3)
        {
            CheckState(state3, values, gradients, nameof(state3));
            Require.Apart(state3, state0);
            Require.Apart(state3, state1);
            Require.Apart(state3, state2);
            buffers.State3 = ref MemoryMarshal.GetReference(state3);
        }

        return buffers;
    }

    /// <summary>Returns the number of states: up to the last that is not empty.</summary>
    public static int Count(
        ReadOnlySpan<float> state0, ReadOnlySpan<float> state1, ReadOnlySpan<float> state2, ReadOnlySpan<float> state3) =>
        !state3.IsEmpty ? 4 : !state2.IsEmpty ? 3 : !state1.IsEmpty ? 2 : !state0.IsEmpty ? 1 : 0;

    /// <summary>Throws unless the number of states is that of the rule.</summary>
    public static void CheckCount(int needed, int given)
    {
        if (needed != given)
        {
            throw new ArgumentException(
                $"{given} state buffers are given, but the rule has {needed}.", $"state{Math.Min(needed, given)}");
        }
    }

    private static void CheckState(ReadOnlySpan<float> state, ReadOnlySpan<float> values, ReadOnlySpan<float> gradients, string name)
    {
        Require.SameLength(state, values, name);
        Require.Apart(state, values, name);
        Require.Apart(state, gradients, name);
    }
}
