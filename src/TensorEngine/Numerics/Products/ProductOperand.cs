using System.Diagnostics;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Products;

/// <summary>
/// A block of an operand, members (rows of the left operand, columns of the right one) by k: the first members are read where they
/// are, the others are packed.
/// </summary>
/// <param name="block">[members, k].</param>
/// <param name="direct">How many members are read where they are.</param>
/// <param name="packed">Memory for the others.</param>
internal readonly ref struct ProductOperand(MatrixSpan block, int direct, ref float packed)
{
    private readonly MatrixSpan _block = block;
    private readonly ref float _packed = ref packed;

    /// <summary>Packs the panel of <paramref name="width"/> members that starts at <paramref name="member"/>.</summary>
    public void Pack<TFloat>(int member, int width)
        where TFloat : struct, ITileLane<TFloat>
    {
        int members = Math.Min(width, _block.Rows - member);
        Packing.Pack<TFloat>(_block.Block(member, 0, members, _block.Columns), width, ref PackedPanel(member));
    }

    /// <summary>The first element of the panel of <paramref name="width"/> members that starts at <paramref name="member"/>.</summary>
    /// <param name="member">The first member.</param>
    /// <param name="width">How many of them there are.</param>
    /// <param name="memberStride">From a member to the next.</param>
    /// <param name="step">From a k to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float Panel(int member, int width, out nint memberStride, out nint step)
    {
        Debug.Assert(member >= 0 && member < _block.Rows, $"Member {member} of {_block.Rows}.");
        bool isDirect = member < direct;
        memberStride = isDirect ? _block.RowStride : 1;
        step = isDirect ? _block.ColumnStride : width;
        return ref isDirect ? ref _block.At(member, 0) : ref PackedPanel(member);
    }

    private ref float PackedPanel(int member) => ref Unsafe.Add(ref _packed, (nint)(member - direct) * _block.Columns);
}
