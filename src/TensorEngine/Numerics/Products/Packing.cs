using System.Diagnostics;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Products;

/// <summary>Lays an operand of the matrix product out in the order in which the tiles read it.</summary>
internal static class Packing
{
    /// <summary>
    /// Packs rows of the left operand, or columns of the right one: all members' elements of one k lie side by side, and those of
    /// the next k <paramref name="width"/> further, with zeros between.
    /// </summary>
    /// <param name="source">[members, k].</param>
    /// <param name="width">The members of a panel; at least those of the source.</param>
    /// <param name="target">Memory for width times k floats.</param>
    public static void Pack<TFloat>(scoped in MatrixSpan source, int width, ref float target)
        where TFloat : struct, ITileLane<TFloat>
    {
        Debug.Assert(source.Rows <= width, $"{source.Rows} members in a panel of {width}.");
        // From wide lanes to narrow ones, each takes the members that fill it.
        int packed = 0;
        if (TFloat.Width >= 16)
            Members<FloatLane512>(ref packed, source, width, ref target);
        if (TFloat.Width >= 8)
            Members<FloatLane256>(ref packed, source, width, ref target);
        if (TFloat.Width >= 4)
            Members<FloatLane128>(ref packed, source, width, ref target);
        Members<FloatLane1>(ref packed, source, width, ref target);
        for (; packed < width; packed++)
        {
            for (int k = 0; k < source.Columns; k++)
                Unsafe.Add(ref target, (nint)k * width + packed) = 0;
        }
    }

    private static void Members<TFloat>(scoped ref int packed, scoped in MatrixSpan source, int width, ref float target)
        where TFloat : struct, ITileLane<TFloat>
    {
        (nint stride, nint depthStride, int depth) = (source.RowStride, source.ColumnStride, source.Columns);
        for (; packed <= source.Rows - TFloat.Width; packed += TFloat.Width)
        {
            ref float from = ref source.At(packed, 0);
            ref float to = ref Unsafe.Add(ref target, packed);
            if (stride == 1 || TFloat.Width == 1)
                Copy<TFloat>(ref from, depthStride, depth, ref to, width);
            else if (depthStride == 1)
                Transpose<TFloat>(ref from, stride, depth, ref to, width);
            else
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Copy<TFloat>(ref float from, nint depthStride, int depth, ref float to, nint width)
        where TFloat : struct, ITileLane<TFloat>
    {
        for (nint k = 0; k < depth; k++)
            TFloat.Load(ref from, k * depthStride).Store(ref to, k * width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Transpose<TFloat>(ref float from, nint stride, int depth, ref float to, nint width)
        where TFloat : struct, ITileLane<TFloat>
    {
        nint k = 0;
        for (; k <= depth - 4; k += 4)
        {
            (TFloat first, TFloat second, TFloat third, TFloat fourth) = TFloat.LoadColumns(in Unsafe.Add(ref from, k), stride);
            first.Store(ref to, k * width);
            second.Store(ref to, (k + 1) * width);
            third.Store(ref to, (k + 2) * width);
            fourth.Store(ref to, (k + 3) * width);
        }

        for (; k < depth; k++)
        {
            for (nint member = 0; member < TFloat.Width; member++)
                Unsafe.Add(ref to, k * width + member) = Unsafe.Add(ref from, member * stride + k);
        }
    }
}
