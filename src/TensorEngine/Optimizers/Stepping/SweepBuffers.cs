using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Compression;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// What a sweep works on: where the segments' offsets count from, and how gradients enter. State that there is not is a null reference.
/// Gradients are written only if they are to be cleared.
/// </summary>
internal ref struct SweepBuffers
{
    /// <summary>The most state buffers that a rule can have.</summary>
    public const int MostStates = 4;

    public ref float Values;
    public ref float Gradients;

    /// <summary>Whether values and gradients are kept as bf16: the references are then to their first halves.</summary>
    public bool HasHalves;
    public ref float State0;
    public ref float State1;
    public ref float State2;
    public ref float State3;

    /// <summary>
    /// What the states' codes are, where state is compressed: the references to the states are then to their first codes. Null for floats.
    /// </summary>
    public Coding[]? Codings;

    /// <summary>Which of the codings each state of the rule has; its number is what the state's dither depends on.</summary>
    public int[]? CodingMap;

    /// <summary>How many elements each buffer of codes has; its scales are behind them.</summary>
    public int CodeLength;

    /// <summary>The number of the step, which the dither of compressed state and values depends on.</summary>
    public long Number;

    /// <summary>How many of the states there are.</summary>
    public int StateCount;

    /// <summary>What gradients are multiplied by; its sign is that of the descent.</summary>
    public double GradientFactor;

    /// <summary>The magnitude that gradients are clamped to.</summary>
    public float? GradientBound;

    public bool ClearGradients;

    /// <summary>The parts of the segments that have to stay 0.</summary>
    public ReadOnlySpan<Segment> Padding;

    /// <summary>The lanes to run at, to compare widths; 0 for as many as the processor has.</summary>
    public int Width;

    /// <summary>The threads that share long sweeps; null for the calling one alone.</summary>
    public Workers? Workers;

    /// <summary>State number <paramref name="index"/>, which is below <see cref="MostStates"/>.</summary>
    [UnscopedRef]
    public readonly ref float State(int index)
    {
        Debug.Assert(index is >= 0 and < MostStates);
        switch (index)
        {
            case 0: return ref State0;
            case 1: return ref State1;
            case 2: return ref State2;
            default: return ref State3;
        }
    }

    /// <summary>What a state's codes are, where state is compressed.</summary>
    public readonly Coding CodingOf(int state) => Codings![CodingMap![state]];

    public void SetCodes(int index, ref byte codes) =>
        SetState(index, MemoryMarshal.CreateSpan(ref Unsafe.As<byte, float>(ref codes), 1));

    public void SetState(int index, Span<float> state)
    {
        ref float start = ref MemoryMarshal.GetReference(state);
        switch (index)
        {
            case 0: State0 = ref start; break;
            case 1: State1 = ref start; break;
            case 2: State2 = ref start; break;
            case 3: State3 = ref start; break;
            default:
                throw new ArgumentOutOfRangeException(
                    nameof(index), index, $"index is {index}; a rule has at most {MostStates} states.");
        }

        StateCount = Math.Max(StateCount, index + 1);
    }

    /// <summary>The same, with offsets that count from the given ones, and without padding.</summary>
    public readonly SweepBuffers At(int offset, int stateOffset)
    {
        SweepBuffers moved = this;
        moved.Values = ref Unsafe.Add(ref Values, offset);
        moved.Gradients = ref Unsafe.Add(ref Gradients, offset);
        moved.State0 = ref Unsafe.Add(ref State0, stateOffset);
        moved.State1 = ref Unsafe.Add(ref State1, stateOffset);
        moved.State2 = ref Unsafe.Add(ref State2, stateOffset);
        moved.State3 = ref Unsafe.Add(ref State3, stateOffset);
        moved.Padding = [];
        return moved;
    }
}
