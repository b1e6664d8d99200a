using System.Runtime.CompilerServices;
using Engine.Simd;

namespace Engine.Numerics;

/// <summary>
/// 12 rows by two registers: 24 sums, two registers of the right operand and one element of the left, for register files
/// of 32. The sums are written out because arrays are not kept in registers.
/// </summary>
internal readonly struct Tile12x2<TFloat> : ITile
    where TFloat : struct, IFloatLane<TFloat>
{
    public static int Rows => 12;

    public static int Columns => 2 * TFloat.Width;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Multiply(
        int steps, ref float left, ref float right, ref float target, nint rowStride, bool accumulate)
    {
        TFloat c00 = TFloat.Splat(0), c01 = c00;
        TFloat c10 = TFloat.Splat(0), c11 = c10;
        TFloat c20 = TFloat.Splat(0), c21 = c20;
        TFloat c30 = TFloat.Splat(0), c31 = c30;
        TFloat c40 = TFloat.Splat(0), c41 = c40;
        TFloat c50 = TFloat.Splat(0), c51 = c50;
        TFloat c60 = TFloat.Splat(0), c61 = c60;
        TFloat c70 = TFloat.Splat(0), c71 = c70;
        TFloat c80 = TFloat.Splat(0), c81 = c80;
        TFloat c90 = TFloat.Splat(0), c91 = c90;
        TFloat c100 = TFloat.Splat(0), c101 = c100;
        TFloat c110 = TFloat.Splat(0), c111 = c110;
        if (accumulate)
        {
            (c00, c01) = Load(ref target, 0);
            (c10, c11) = Load(ref target, 1 * rowStride);
            (c20, c21) = Load(ref target, 2 * rowStride);
            (c30, c31) = Load(ref target, 3 * rowStride);
            (c40, c41) = Load(ref target, 4 * rowStride);
            (c50, c51) = Load(ref target, 5 * rowStride);
            (c60, c61) = Load(ref target, 6 * rowStride);
            (c70, c71) = Load(ref target, 7 * rowStride);
            (c80, c81) = Load(ref target, 8 * rowStride);
            (c90, c91) = Load(ref target, 9 * rowStride);
            (c100, c101) = Load(ref target, 10 * rowStride);
            (c110, c111) = Load(ref target, 11 * rowStride);
        }

        for (int k = 0; k < steps; k++)
        {
            TFloat b0 = TFloat.Load(ref right, 0);
            TFloat b1 = TFloat.Load(ref right, TFloat.Width);
            TFloat a = TFloat.Splat(Unsafe.Add(ref left, 0));
            c00 = TFloat.FusedMultiplyAdd(a, b0, c00);
            c01 = TFloat.FusedMultiplyAdd(a, b1, c01);
            a = TFloat.Splat(Unsafe.Add(ref left, 1));
            c10 = TFloat.FusedMultiplyAdd(a, b0, c10);
            c11 = TFloat.FusedMultiplyAdd(a, b1, c11);
            a = TFloat.Splat(Unsafe.Add(ref left, 2));
            c20 = TFloat.FusedMultiplyAdd(a, b0, c20);
            c21 = TFloat.FusedMultiplyAdd(a, b1, c21);
            a = TFloat.Splat(Unsafe.Add(ref left, 3));
            c30 = TFloat.FusedMultiplyAdd(a, b0, c30);
            c31 = TFloat.FusedMultiplyAdd(a, b1, c31);
            a = TFloat.Splat(Unsafe.Add(ref left, 4));
            c40 = TFloat.FusedMultiplyAdd(a, b0, c40);
            c41 = TFloat.FusedMultiplyAdd(a, b1, c41);
            a = TFloat.Splat(Unsafe.Add(ref left, 5));
            c50 = TFloat.FusedMultiplyAdd(a, b0, c50);
            c51 = TFloat.FusedMultiplyAdd(a, b1, c51);
            a = TFloat.Splat(Unsafe.Add(ref left, 6));
            c60 = TFloat.FusedMultiplyAdd(a, b0, c60);
            c61 = TFloat.FusedMultiplyAdd(a, b1, c61);
            a = TFloat.Splat(Unsafe.Add(ref left, 7));
            c70 = TFloat.FusedMultiplyAdd(a, b0, c70);
            c71 = TFloat.FusedMultiplyAdd(a, b1, c71);
            a = TFloat.Splat(Unsafe.Add(ref left, 8));
            c80 = TFloat.FusedMultiplyAdd(a, b0, c80);
            c81 = TFloat.FusedMultiplyAdd(a, b1, c81);
            a = TFloat.Splat(Unsafe.Add(ref left, 9));
            c90 = TFloat.FusedMultiplyAdd(a, b0, c90);
            c91 = TFloat.FusedMultiplyAdd(a, b1, c91);
            a = TFloat.Splat(Unsafe.Add(ref left, 10));
            c100 = TFloat.FusedMultiplyAdd(a, b0, c100);
            c101 = TFloat.FusedMultiplyAdd(a, b1, c101);
            a = TFloat.Splat(Unsafe.Add(ref left, 11));
            c110 = TFloat.FusedMultiplyAdd(a, b0, c110);
            c111 = TFloat.FusedMultiplyAdd(a, b1, c111);
            left = ref Unsafe.Add(ref left, 12);
            right = ref Unsafe.Add(ref right, 2 * TFloat.Width);
        }

        Store(c00, c01, ref target, 0);
        Store(c10, c11, ref target, 1 * rowStride);
        Store(c20, c21, ref target, 2 * rowStride);
        Store(c30, c31, ref target, 3 * rowStride);
        Store(c40, c41, ref target, 4 * rowStride);
        Store(c50, c51, ref target, 5 * rowStride);
        Store(c60, c61, ref target, 6 * rowStride);
        Store(c70, c71, ref target, 7 * rowStride);
        Store(c80, c81, ref target, 8 * rowStride);
        Store(c90, c91, ref target, 9 * rowStride);
        Store(c100, c101, ref target, 10 * rowStride);
        Store(c110, c111, ref target, 11 * rowStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TFloat First, TFloat Second) Load(ref float target, nint offset) =>
        (TFloat.Load(ref target, offset), TFloat.Load(ref target, offset + TFloat.Width));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TFloat first, TFloat second, ref float target, nint offset)
    {
        first.Store(ref target, offset);
        second.Store(ref target, offset + TFloat.Width);
    }
}
