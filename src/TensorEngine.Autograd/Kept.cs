namespace TensorEngine.Autograd;

/// <summary>
/// Memory of a tape that an operation keeps from its forward pass for its backward pass: a field of the operation, which the contexts'
/// <c>Span</c> turns into the elements. It is taken back with everything else at <see cref="Tape.Reset"/>.
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
