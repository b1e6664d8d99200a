using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Compression;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// The data of a sweep: the references to which the segments' offsets are relative, and how gradients enter. A missing state is a null
/// reference. Gradients are written only to clear them.
/// </summary>
internal ref struct SweepBuffers
{
    /// <summary>The maximum number of state buffers of a rule.</summary>
    public const int MostStates = 4;

    public ref float Values;
    public ref float Gradients;

    /// <summary>Whether values and gradients are kept as bf16: the references are then to their first halves.</summary>
    public bool HasHalves;
    public ref float State0;
    public ref float State1;
    public ref float State2;
    public ref float State3;

    /// <summary>The codings of compressed states, whose references then point to the first codes; null for floats.</summary>
    public Coding[]? Codings;

    /// <summary>The index of each state's coding, on which the state's dither depends.</summary>
    public int[]? CodingMap;

    /// <summary>The number of elements in each buffer of codes, which its scales follow.</summary>
    public int CodeLength;

    /// <summary>The number of the step, which the dither of compressed state and values depends on.</summary>
    public long Number;

    /// <summary>The number of states.</summary>
    public int StateCount;

    /// <summary>The factor of the gradients; its sign is that of the descent.</summary>
    public double GradientFactor;

    /// <summary>The magnitude to which gradients are clamped.</summary>
    public float? GradientBound;

    public bool ClearGradients;

    /// <summary>The parts of the segments that must stay 0.</summary>
    public ReadOnlySpan<Segment> Padding;

    /// <summary>The number of lanes to use, to compare widths; 0 for as many as the processor has.</summary>
    public int Width;

    /// <summary>The threads that share long sweeps, or null to use the calling thread alone.</summary>
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

    /// <summary>Returns the coding of a compressed state.</summary>
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

    /// <summary>Returns the same data with references moved by the given offsets, and without padding.</summary>
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
