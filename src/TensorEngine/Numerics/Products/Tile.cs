using System.Diagnostics;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Products;

/// <summary>
/// The innermost part of the matrix product: a block of sums kept in registers, up to 12 rows by two registers where there are 32
/// of them (24 sums, two registers of the right operand, one element of the left), up to 6 rows where there are 16. The sums are
/// written out because arrays are not kept in registers; the compiler drops those that a smaller tile does not have.
/// </summary>
internal static class Tile
{
    /// <summary>The rows of a whole tile of this lane.</summary>
    public static int MostRows<TFloat>()
        where TFloat : struct, ITileLane<TFloat> => TFloat.RegisterCount == 32 ? 12 : 6;

    /// <summary>
    /// target += left * right, or = where nothing is accumulated, for <paramref name="rows"/> rows of one or two registers.
    /// </summary>
    public static void Multiply<TFloat, TRegisters>(int rows, scoped in TileOperands operands)
        where TFloat : struct, ITileLane<TFloat>
        where TRegisters : struct, ICount
    {
        Debug.Assert(rows is >= 1 and <= 12, $"{rows} rows in a tile.");
        Debug.Assert(operands.Steps > 0, $"{operands.Steps} steps.");
        switch (rows)
        {
            case 1: Multiply<TFloat, TRegisters, Count1>(operands); break;
            case 2: Multiply<TFloat, TRegisters, Count2>(operands); break;
            case 3: Multiply<TFloat, TRegisters, Count3>(operands); break;
            case 4: Multiply<TFloat, TRegisters, Count4>(operands); break;
            case 5: Multiply<TFloat, TRegisters, Count5>(operands); break;
            case 6: Multiply<TFloat, TRegisters, Count6>(operands); break;
            case 7: Multiply<TFloat, TRegisters, Count7>(operands); break;
            case 8: Multiply<TFloat, TRegisters, Count8>(operands); break;
            case 9: Multiply<TFloat, TRegisters, Count9>(operands); break;
            case 10: Multiply<TFloat, TRegisters, Count10>(operands); break;
            case 11: Multiply<TFloat, TRegisters, Count11>(operands); break;
            case 12: Multiply<TFloat, TRegisters, Count12>(operands); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Multiply<TFloat, TRegisters, TRows>(scoped in TileOperands operands)
        where TFloat : struct, ITileLane<TFloat>
        where TRegisters : struct, ICount
        where TRows : struct, ICount
    {
        ref float left = ref operands.Left, right = ref operands.Right, target = ref operands.Target;
        (nint leftRow, nint leftStep, nint rightStep) = (operands.LeftRow, operands.LeftStep, operands.RightStep);
        nint targetRow = operands.TargetRow;
        int steps = operands.Steps;
        TFloat zero = TFloat.Splat(0);
        TFloat c00 = zero, c01 = zero;
        TFloat c10 = zero, c11 = zero;
        TFloat c20 = zero, c21 = zero;
        TFloat c30 = zero, c31 = zero;
        TFloat c40 = zero, c41 = zero;
        TFloat c50 = zero, c51 = zero;
        TFloat c60 = zero, c61 = zero;
        TFloat c70 = zero, c71 = zero;
        TFloat c80 = zero, c81 = zero;
        TFloat c90 = zero, c91 = zero;
        TFloat c100 = zero, c101 = zero;
        TFloat c110 = zero, c111 = zero;
        if (operands.Accumulate)
        {
            (c00, c01) = Load<TFloat, TRegisters>(ref target, 0);
            if (TRows.Value > 1)
                (c10, c11) = Load<TFloat, TRegisters>(ref target, targetRow);
            if (TRows.Value > 2)
                (c20, c21) = Load<TFloat, TRegisters>(ref target, 2 * targetRow);
            if (TRows.Value > 3)
                (c30, c31) = Load<TFloat, TRegisters>(ref target, 3 * targetRow);
            if (TRows.Value > 4)
                (c40, c41) = Load<TFloat, TRegisters>(ref target, 4 * targetRow);
            if (TRows.Value > 5)
                (c50, c51) = Load<TFloat, TRegisters>(ref target, 5 * targetRow);
            if (TRows.Value > 6)
                (c60, c61) = Load<TFloat, TRegisters>(ref target, 6 * targetRow);
            if (TRows.Value > 7)
                (c70, c71) = Load<TFloat, TRegisters>(ref target, 7 * targetRow);
            if (TRows.Value > 8)
                (c80, c81) = Load<TFloat, TRegisters>(ref target, 8 * targetRow);
            if (TRows.Value > 9)
                (c90, c91) = Load<TFloat, TRegisters>(ref target, 9 * targetRow);
            if (TRows.Value > 10)
                (c100, c101) = Load<TFloat, TRegisters>(ref target, 10 * targetRow);
            if (TRows.Value > 11)
                (c110, c111) = Load<TFloat, TRegisters>(ref target, 11 * targetRow);
        }

        for (int k = 0; k < steps; k++)
        {
            (TFloat b0, TFloat b1) = Load<TFloat, TRegisters>(ref right, 0);
            (c00, c01) = Add<TFloat, TRegisters>(left, b0, b1, c00, c01);
            if (TRows.Value > 1)
                (c10, c11) = Add<TFloat, TRegisters>(Unsafe.Add(ref left, leftRow), b0, b1, c10, c11);
            if (TRows.Value > 2)
                (c20, c21) = Add<TFloat, TRegisters>(Unsafe.Add(ref left, 2 * leftRow), b0, b1, c20, c21);
            if (TRows.Value > 3)
                (c30, c31) = Add<TFloat, TRegisters>(Unsafe.Add(ref left, 3 * leftRow), b0, b1, c30, c31);
            if (TRows.Value > 4)
                (c40, c41) = Add<TFloat, TRegisters>(Unsafe.Add(ref left, 4 * leftRow), b0, b1, c40, c41);
            if (TRows.Value > 5)
                (c50, c51) = Add<TFloat, TRegisters>(Unsafe.Add(ref left, 5 * leftRow), b0, b1, c50, c51);
            if (TRows.Value > 6)
                (c60, c61) = Add<TFloat, TRegisters>(Unsafe.Add(ref left, 6 * leftRow), b0, b1, c60, c61);
            if (TRows.Value > 7)
                (c70, c71) = Add<TFloat, TRegisters>(Unsafe.Add(ref left, 7 * leftRow), b0, b1, c70, c71);
            if (TRows.Value > 8)
                (c80, c81) = Add<TFloat, TRegisters>(Unsafe.Add(ref left, 8 * leftRow), b0, b1, c80, c81);
            if (TRows.Value > 9)
                (c90, c91) = Add<TFloat, TRegisters>(Unsafe.Add(ref left, 9 * leftRow), b0, b1, c90, c91);
            if (TRows.Value > 10)
                (c100, c101) = Add<TFloat, TRegisters>(Unsafe.Add(ref left, 10 * leftRow), b0, b1, c100, c101);
            if (TRows.Value > 11)
                (c110, c111) = Add<TFloat, TRegisters>(Unsafe.Add(ref left, 11 * leftRow), b0, b1, c110, c111);

            left = ref Unsafe.Add(ref left, leftStep);
            right = ref Unsafe.Add(ref right, rightStep);
        }

        Store<TFloat, TRegisters>(c00, c01, ref target, 0);
        if (TRows.Value > 1)
            Store<TFloat, TRegisters>(c10, c11, ref target, targetRow);
        if (TRows.Value > 2)
            Store<TFloat, TRegisters>(c20, c21, ref target, 2 * targetRow);
        if (TRows.Value > 3)
            Store<TFloat, TRegisters>(c30, c31, ref target, 3 * targetRow);
        if (TRows.Value > 4)
            Store<TFloat, TRegisters>(c40, c41, ref target, 4 * targetRow);
        if (TRows.Value > 5)
            Store<TFloat, TRegisters>(c50, c51, ref target, 5 * targetRow);
        if (TRows.Value > 6)
            Store<TFloat, TRegisters>(c60, c61, ref target, 6 * targetRow);
        if (TRows.Value > 7)
            Store<TFloat, TRegisters>(c70, c71, ref target, 7 * targetRow);
        if (TRows.Value > 8)
            Store<TFloat, TRegisters>(c80, c81, ref target, 8 * targetRow);
        if (TRows.Value > 9)
            Store<TFloat, TRegisters>(c90, c91, ref target, 9 * targetRow);
        if (TRows.Value > 10)
            Store<TFloat, TRegisters>(c100, c101, ref target, 10 * targetRow);
        if (TRows.Value > 11)
            Store<TFloat, TRegisters>(c110, c111, ref target, 11 * targetRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TFloat First, TFloat Second) Add<TFloat, TRegisters>(float left, TFloat right0, TFloat right1, TFloat sum0, TFloat sum1)
        where TFloat : struct, ITileLane<TFloat>
        where TRegisters : struct, ICount
    {
        TFloat all = TFloat.Splat(left);
        return (TFloat.FusedMultiplyAdd(all, right0, sum0), TRegisters.Value > 1 ? TFloat.FusedMultiplyAdd(all, right1, sum1) : sum1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TFloat First, TFloat Second) Load<TFloat, TRegisters>(ref float source, nint offset)
        where TFloat : struct, ITileLane<TFloat>
        where TRegisters : struct, ICount =>
        (TFloat.Load(ref source, offset), TRegisters.Value > 1 ? TFloat.Load(ref source, offset + TFloat.Width) : TFloat.Splat(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TFloat, TRegisters>(TFloat first, TFloat second, ref float target, nint offset)
        where TFloat : struct, ITileLane<TFloat>
        where TRegisters : struct, ICount
    {
        first.Store(ref target, offset);
        if (TRegisters.Value > 1)
            second.Store(ref target, offset + TFloat.Width);
    }
}
