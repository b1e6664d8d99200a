using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Attentions;

/// <summary>
/// Loops over a row of scores in whole registers. After the keys its query attends to, the row continues with -infinity up to a multiple of
/// the widest register; these become weights of 0.
/// </summary>
internal static class ScoreRow
{
    /// <summary>Gets the number of elements of a row rounded up to whole registers of any width.</summary>
    public static int Whole(int length) => (int)AlignedBuffer.Padded(length);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float Largest<TFloat>(ref float row, nint length)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat most = TFloat.Load(ref row, 0);
        for (nint i = TFloat.Width; i < length; i += TFloat.Width)
            most = TFloat.Max(most, TFloat.Load(ref row, i));
        Span<float> lanes = stackalloc float[16];
        most.Store(ref lanes[0], 0);
        float largest = lanes[0];
        for (int i = 1; i < TFloat.Width; i++)
            largest = MathF.Max(largest, lanes[i]);
        return largest;
    }

    /// <summary>row = e^(scale * row - shift).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Exponentials<TFloat>(ref float row, nint length, float scale, float shift)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat factor = TFloat.Splat(scale), largest = TFloat.Splat(shift);
        for (nint i = 0; i < length; i += TFloat.Width)
            Elementary.Exp(TFloat.Load(ref row, i) * factor - largest).Store(ref row, i);
    }

    /// <summary>row = e^(scale * row - shift) * reciprocal, and slopes = row * (slopes - mean) * scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Slopes<TFloat>(
        ref float row, ref float slopes, nint length, in ScoreScale scale, float shift, float reciprocal, float mean)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat factor = TFloat.Splat(scale.Scores), largest = TFloat.Splat(shift), divided = TFloat.Splat(reciprocal);
        TFloat center = TFloat.Splat(mean), slope = TFloat.Splat(scale.Slopes);
        for (nint i = 0; i < length; i += TFloat.Width)
        {
            TFloat weight = Elementary.Exp(TFloat.Load(ref row, i) * factor - largest) * divided;
            weight.Store(ref row, i);
            (weight * (TFloat.Load(ref slopes, i) - center) * slope).Store(ref slopes, i);
        }
    }
}
