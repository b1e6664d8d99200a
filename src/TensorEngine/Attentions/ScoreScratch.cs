using System.Runtime.CompilerServices;
using TensorEngine.Numerics;

namespace TensorEngine.Attentions;

/// <summary>
/// A thread's memory for the scores of a block of queries and what becomes of them; it grows to what is asked for, and stays.
/// </summary>
internal static class ScoreScratch
{
    /// <summary>
    /// The queries whose scores are in memory at a time. Causal scores beyond the block's last key are not computed; the results' bits do
    /// not depend on it.
    /// </summary>
    public const int Rows = 32;

    // Rows are summed in whole rounds of the virtual lanes.
    private const int Unit = LaneSum.Lanes;

    [ThreadStatic]
    private static AlignedBuffer? s_buffer;

    /// <summary>Gives the calling thread its memory at once: which heads it will do is a matter of luck.</summary>
    public static void Reserve(in AttentionHeads heads) => Take(heads);

    /// <summary>Room for the scores of a block, and zeros behind them.</summary>
    public static MatrixSpan Scores(in AttentionHeads heads) => Matrix(heads, Rows, 0);

    /// <summary>Room for as many gradients.</summary>
    public static MatrixSpan Slopes(in AttentionHeads heads) => Matrix(heads, Rows, Rows);

    /// <summary>Room for a row of factors.</summary>
    public static Span<float> Factors(in AttentionHeads heads) => Matrix(heads, 1, 2 * Rows).RowSpan(0);

    /// <summary>The elements of a row that are summed, of which some are zeros.</summary>
    public static int Padded(int keys) => (keys + Unit - 1) / Unit * Unit;

    // A cache line more, so that rows do not lie a power of two apart.
    private static int Stride(int keys) => Padded(keys) + AlignedBuffer.Alignment;

    private static MatrixSpan Matrix(in AttentionHeads heads, int rows, int firstRow)
    {
        int stride = Stride(heads.Keys.Rows);
        return new(ref Unsafe.Add(ref Take(heads).Start, firstRow * (nint)stride), rows, stride, stride);
    }

    private static AlignedBuffer Take(in AttentionHeads heads)
    {
        long length = (2L * Rows + 1) * Stride(heads.Keys.Rows);
        if (s_buffer is null || s_buffer.Length < length)
            s_buffer = new AlignedBuffer(checked((int)length));
        return s_buffer;
    }
}
