using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Products;

/// <summary>Lays an operand of the matrix product out in the order in which the tiles read it.</summary>
internal static class Packing
{
    /// <summary>
    /// Packs <paramref name="members"/> rows of the left operand (or columns of the right one), <paramref name="stride"/> apart:
    /// all members' elements of one k lie side by side, and those of the next k <paramref name="width"/> further, with zeros
    /// between.
    /// </summary>
    public static void Pack<TFloat>(
        ref float source, nint stride, int members, nint depthStride, int depth, int width, ref float target)
        where TFloat : struct, IFloatLane<TFloat>
    {
        // From wide lanes to narrow ones, each takes the members that fill it.
        int packed = 0;
        if (TFloat.Width >= 16)
            Members<FloatLane512>(ref packed, ref source, stride, members, depthStride, depth, width, ref target);
        if (TFloat.Width >= 8)
            Members<FloatLane256>(ref packed, ref source, stride, members, depthStride, depth, width, ref target);
        if (TFloat.Width >= 4)
            Members<FloatLane128>(ref packed, ref source, stride, members, depthStride, depth, width, ref target);
        Members<FloatLane1>(ref packed, ref source, stride, members, depthStride, depth, width, ref target);
        for (; packed < width; packed++)
        {
            for (int k = 0; k < depth; k++)
                Unsafe.Add(ref target, (nint)k * width + packed) = 0;
        }
    }

    private static void Members<TFloat>(
        ref int packed, ref float source, nint stride, int members, nint depthStride, int depth, int width, ref float target)
        where TFloat : struct, IFloatLane<TFloat>
    {
        for (; packed <= members - TFloat.Width; packed += TFloat.Width)
        {
            ref float from = ref Unsafe.Add(ref source, packed * stride);
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
        where TFloat : struct, IFloatLane<TFloat>
    {
        for (nint k = 0; k < depth; k++)
            TFloat.Load(ref from, k * depthStride).Store(ref to, k * width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Transpose<TFloat>(ref float from, nint stride, int depth, ref float to, nint width)
        where TFloat : struct, IFloatLane<TFloat>
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
