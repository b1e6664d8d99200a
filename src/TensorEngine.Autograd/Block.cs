namespace TensorEngine.Autograd;

/// <summary>A range of floats in one of a memory's chunks.</summary>
internal readonly record struct Block(int Chunk, int Start, int Length)
{
    /// <summary>No memory; the default value is the start of the first chunk.</summary>
    public static Block None { get; } = new(-1, 0, 0);

    public bool IsNone => Chunk < 0;
}
