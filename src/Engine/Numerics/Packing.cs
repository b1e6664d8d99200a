using System.Runtime.CompilerServices;
using Engine.Simd;

namespace Engine.Numerics;

/// <summary>Lays an operand of the matrix product out in the order in which the tiles read it.</summary>
internal static class Packing
{
    /// <summary>
    /// Packs <paramref name="count"/> rows of the left operand (or columns of the right one) into panels of
    /// <paramref name="panel"/>, one after the other; within a panel, all its members' elements of one k lie side by side. The
    /// last panel is filled up with zeros.
    /// </summary>
    public static void Pack<TFloat>(
        ref readonly float source, nint stride, int count, nint depthStride, int depth, int panel, ref float target)
        where TFloat : struct, IFloatLane<TFloat>
    {
        ref float from = ref Unsafe.AsRef(in source);
        for (int first = 0; first < count; first += panel)
        {
            int members = Math.Min(panel, count - first);
            if (members == panel && stride == 1 && panel % TFloat.Width == 0)
                CopyRows<TFloat>(ref from, depthStride, depth, panel, ref target);
            else
                CopyMembers(ref from, stride, members, depthStride, depth, panel, ref target);
            from = ref Unsafe.Add(ref from, panel * stride);
            target = ref Unsafe.Add(ref target, (nint)panel * depth);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void CopyRows<TFloat>(ref float from, nint depthStride, int depth, int panel, ref float target)
        where TFloat : struct, IFloatLane<TFloat>
    {
        for (int k = 0; k < depth; k++)
        {
            for (nint i = 0; i < panel; i += TFloat.Width)
                TFloat.Load(ref from, i).Store(ref target, i);
            from = ref Unsafe.Add(ref from, depthStride);
            target = ref Unsafe.Add(ref target, panel);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void CopyMembers(
        ref float from, nint stride, int members, nint depthStride, int depth, int panel, ref float target)
    {
        for (int member = 0; member < panel; member++)
        {
            ref float read = ref Unsafe.Add(ref from, member * stride);
            ref float write = ref Unsafe.Add(ref target, member);
            for (int k = 0; k < depth; k++)
            {
                write = member < members ? read : 0;
                if (k + 1 == depth)
                    break;
                read = ref Unsafe.Add(ref read, depthStride);
                write = ref Unsafe.Add(ref write, panel);
            }
        }
    }
}
