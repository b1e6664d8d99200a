using System.Runtime.CompilerServices;
using TensorEngine.Numerics;

namespace TensorEngine.Attentions;

/// <summary>
/// A thread's memory for the scores of a block of queries and the results computed from them; it grows as needed and is kept.
/// </summary>
internal static class ScoreScratch
{
    /// <summary>
    /// The number of queries whose scores are in memory at a time. Causal scores beyond the block's last key are not computed; the bits of
    /// the results do not depend on this number.
    /// </summary>
    public const int Rows = 32;

    // Rows are summed in whole rounds of the virtual lanes.
    private const int Unit = LaneSum.Lanes;

    [ThreadStatic]
    private static AlignedBuffer? s_buffer;

    /// <summary>Allocates the calling thread's memory up front, because which heads it will process is not known in advance.</summary>
    public static void Reserve(in AttentionHeads heads) => Take(heads);

    /// <summary>Gets room for the scores of a block and the zeros after them.</summary>
    public static MatrixSpan Scores(in AttentionHeads heads) => Matrix(heads, Rows, 0);

    /// <summary>Gets room for the same number of gradients.</summary>
    public static MatrixSpan Slopes(in AttentionHeads heads) => Matrix(heads, Rows, Rows);

    /// <summary>Gets room for a row of factors.</summary>
    public static Span<float> Factors(in AttentionHeads heads) => Matrix(heads, 1, 2 * Rows).RowSpan(0);

    /// <summary>Gets the number of elements of a row that are summed, including zeros at the end.</summary>
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
