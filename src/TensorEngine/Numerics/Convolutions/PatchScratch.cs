namespace TensorEngine.Numerics.Convolutions;

/// <summary>A thread's memory for patches and results; it grows as needed, and is kept.</summary>
internal static class PatchScratch
{
    [ThreadStatic]
    private static AlignedBuffer? s_buffer;

    [ThreadStatic]
    private static AlignedBuffer? s_shared;

    /// <summary>Memory for a part of the work, until this thread's next part.</summary>
    public static ref float Take(long length) => ref Take(ref s_buffer, length).Start;

    /// <summary>Memory of a call that all of its parts use.</summary>
    public static Span<float> TakeShared(long length) => Take(ref s_shared, length).Span;

    private static AlignedBuffer Take(ref AlignedBuffer? buffer, long length)
    {
        if (buffer is null || buffer.Length < length)
            buffer = new AlignedBuffer(checked((int)length));
        return buffer;
    }
}
