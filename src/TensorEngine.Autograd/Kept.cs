namespace TensorEngine.Autograd;

/// <summary>
/// Memory of a tape that an operation keeps from its forward pass for its backward pass. Store it in a field of the operation; the
/// <c>Span</c> method of the contexts returns the elements. It is reclaimed by <see cref="Tape.Reset"/>.
/// </summary>
/// <typeparam name="T">The type of an element, of at most 64 bytes.</typeparam>
public readonly struct Kept<T>
    where T : unmanaged
{
    internal Kept(Block block, int length) => (Block, Length) = (block, length);

    /// <summary>The number of elements.</summary>
    public int Length { get; }

    internal Block Block { get; }
}
