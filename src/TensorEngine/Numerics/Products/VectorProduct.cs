using System.Diagnostics;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Products;

/// <summary>
/// A row times a matrix, at the speed of reading the matrix once: every element of the matrix is used once, so that nothing is
/// packed. Each sum is the same chain as in a tile.
/// </summary>
internal static class VectorProduct
{
    // So many neighbouring k go to a sum while it is in a register.
    private const int Steps = 8;

    // So many registers of sums take turns.
    private const int Together = 2;

    /// <summary>
    /// target = row * matrix, or target += row * matrix, if this can do it: if the target's elements, and the matrix's along either side,
    /// lie side by side.
    /// </summary>
    public static bool TryMultiply<TFloat>(MatrixSpan row, MatrixSpan matrix, MatrixSpan target, bool accumulate)
        where TFloat : struct, ITileLane<TFloat>
    {
        Debug.Assert(row.Rows == 1 && target.Rows == 1, $"{row.ToString()} to {target.ToString()}: not a row.");
        Debug.Assert(row.Columns == matrix.Rows && matrix.Columns == target.Columns, $"{row.ToString()} * {matrix.ToString()}.");
        if (target.ColumnStride != 1)
            return false;
        if (matrix.ColumnStride == 1)
            AlongTarget<TFloat>(row, matrix, target, accumulate);
        else if (matrix.RowStride == 1 && TFloat.Width > 8)
            AlongChains<FloatLane256>(row, matrix, target, accumulate);
        else if (matrix.RowStride == 1)
            AlongChains<TFloat>(row, matrix, target, accumulate);
        else
            return false;
        return true;
    }

    // The matrix is stored in the direction of the target: several of its rows at a time are added to the whole target.
    private static void AlongTarget<TFloat>(MatrixSpan row, MatrixSpan matrix, MatrixSpan target, bool accumulate)
        where TFloat : struct, ITileLane<TFloat>
    {
        ref float sums = ref target.At(0, 0);
        int k = 0;
        for (; k <= matrix.Rows - Steps; k += Steps)
        {
            AddRows<TFloat>(
                ref row.At(0, k), row.ColumnStride, ref matrix.At(k, 0), matrix.RowStride, matrix.Columns, accumulate || k > 0, ref sums);
        }

        if (k == 0 && !accumulate)
            target.Span.Clear();
        for (; k < matrix.Rows; k++)
            Combine.AddScaled(target.Span, row.At(0, k), matrix.Block(k, 0, 1, matrix.Columns).Span);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddRows<TFloat>(
        ref float factors, nint factorStride, ref float row, nint rowStride, nint length, bool accumulate, ref float sums)
        where TFloat : struct, ITileLane<TFloat>
    {
        TFloat f0 = TFloat.Splat(factors), f1 = TFloat.Splat(Unsafe.Add(ref factors, factorStride));
        TFloat f2 = TFloat.Splat(Unsafe.Add(ref factors, 2 * factorStride)), f3 = TFloat.Splat(Unsafe.Add(ref factors, 3 * factorStride));
        TFloat f4 = TFloat.Splat(Unsafe.Add(ref factors, 4 * factorStride)), f5 = TFloat.Splat(Unsafe.Add(ref factors, 5 * factorStride));
        TFloat f6 = TFloat.Splat(Unsafe.Add(ref factors, 6 * factorStride)), f7 = TFloat.Splat(Unsafe.Add(ref factors, 7 * factorStride));
        ref float fourth = ref Unsafe.Add(ref row, 4 * rowStride);
        nint i = 0;
        for (; i <= length - TFloat.Width; i += TFloat.Width)
        {
            TFloat sum = accumulate ? TFloat.Load(ref sums, i) : TFloat.Splat(0);
            sum = TFloat.FusedMultiplyAdd(f0, TFloat.Load(ref row, i), sum);
            sum = TFloat.FusedMultiplyAdd(f1, TFloat.Load(ref row, i + rowStride), sum);
            sum = TFloat.FusedMultiplyAdd(f2, TFloat.Load(ref row, i + 2 * rowStride), sum);
            sum = TFloat.FusedMultiplyAdd(f3, TFloat.Load(ref row, i + 3 * rowStride), sum);
            sum = TFloat.FusedMultiplyAdd(f4, TFloat.Load(ref fourth, i), sum);
            sum = TFloat.FusedMultiplyAdd(f5, TFloat.Load(ref fourth, i + rowStride), sum);
            sum = TFloat.FusedMultiplyAdd(f6, TFloat.Load(ref fourth, i + 2 * rowStride), sum);
            sum = TFloat.FusedMultiplyAdd(f7, TFloat.Load(ref fourth, i + 3 * rowStride), sum);
            sum.Store(ref sums, i);
        }

        for (; i < length; i++)
        {
            FloatLane1 sum = accumulate ? FloatLane1.Load(ref sums, i) : new(0);
            for (int k = 0; k < Steps; k++)
            {
                FloatLane1 factor = FloatLane1.Load(ref factors, k * factorStride);
                sum = FloatLane1.FusedMultiplyAdd(factor, FloatLane1.Load(ref row, i + k * rowStride), sum);
            }

            sum.Store(ref sums, i);
        }
    }

    // The matrix is stored in the direction of the chains, each of which is in one lane of a register.
    private static void AlongChains<TFloat>(MatrixSpan row, MatrixSpan matrix, MatrixSpan target, bool accumulate)
        where TFloat : struct, ITileLane<TFloat>
    {
        if (!accumulate)
            target.Span.Clear();
        int i = 0;
        for (; i <= target.Columns - Together * TFloat.Width; i += Together * TFloat.Width)
        {
            Chains<TFloat>(
                ref row.At(0, 0),
                row.ColumnStride,
                ref matrix.At(0, i),
                matrix.ColumnStride,
                matrix.Rows,
                ref target.At(0, i),
                Together * TFloat.Width);
        }

        for (; i <= target.Columns - TFloat.Width; i += TFloat.Width)
        {
            Chains<TFloat>(
                ref row.At(0, 0),
                row.ColumnStride,
                ref matrix.At(0, i),
                matrix.ColumnStride,
                matrix.Rows,
                ref target.At(0, i),
                TFloat.Width);
        }

        for (; i < target.Columns; i++)
        {
            Chains<FloatLane1>(
                ref row.At(0, 0), row.ColumnStride, ref matrix.At(0, i), matrix.ColumnStride, matrix.Rows, ref target.At(0, i), 1);
        }
    }

    // Several registers of chains hide the latency of the additions. Each takes a whole cache line of its rows at a time: rows that
    // are a power of two apart would push each other's lines out of the cache before they come back to them. Whole lines of sixteen rows,
    // transposed in registers of 512 bits, are faster at their best, and slower in most calls: more lines want the same places.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Chains<TFloat>(
        ref float factors, nint factorStride, ref float matrix, nint stride, nint length, ref float sums, nint count)
        where TFloat : struct, ITileLane<TFloat>
    {
        nint k = 0;
        for (; k <= length - 16; k += 16)
        {
            ref float factor = ref Unsafe.Add(ref factors, k * factorStride);
            TFloat f0 = TFloat.Splat(factor), f1 = TFloat.Splat(Unsafe.Add(ref factor, factorStride));
            TFloat f2 = TFloat.Splat(Unsafe.Add(ref factor, 2 * factorStride)), f3 = TFloat.Splat(Unsafe.Add(ref factor, 3 * factorStride));
            factor = ref Unsafe.Add(ref factor, 4 * factorStride);
            TFloat f4 = TFloat.Splat(factor), f5 = TFloat.Splat(Unsafe.Add(ref factor, factorStride));
            TFloat f6 = TFloat.Splat(Unsafe.Add(ref factor, 2 * factorStride)), f7 = TFloat.Splat(Unsafe.Add(ref factor, 3 * factorStride));
            factor = ref Unsafe.Add(ref factor, 4 * factorStride);
            TFloat f8 = TFloat.Splat(factor), f9 = TFloat.Splat(Unsafe.Add(ref factor, factorStride));
            TFloat f10 = TFloat.Splat(Unsafe.Add(ref factor, 2 * factorStride)), f11 = TFloat.Splat(
                Unsafe.Add(ref factor, 3 * factorStride));
            factor = ref Unsafe.Add(ref factor, 4 * factorStride);
            TFloat f12 = TFloat.Splat(factor), f13 = TFloat.Splat(Unsafe.Add(ref factor, factorStride));
            TFloat f14 = TFloat.Splat(Unsafe.Add(ref factor, 2 * factorStride)), f15 = TFloat.Splat(
                Unsafe.Add(ref factor, 3 * factorStride));
            ref float from = ref Unsafe.Add(ref matrix, k);
            for (nint i = 0; i < count; i += TFloat.Width)
            {
                TFloat sum = TFloat.Load(ref sums, i);
                sum = Four(ref from, stride, f0, f1, f2, f3, sum);
                sum = Four(ref Unsafe.Add(ref from, 4), stride, f4, f5, f6, f7, sum);
                sum = Four(ref Unsafe.Add(ref from, 8), stride, f8, f9, f10, f11, sum);
                sum = Four(ref Unsafe.Add(ref from, 12), stride, f12, f13, f14, f15, sum);
                sum.Store(ref sums, i);
                from = ref Unsafe.Add(ref from, TFloat.Width * stride);
            }
        }

        for (; k < length; k++)
        {
            FloatLane1 factor = FloatLane1.Load(ref factors, k * factorStride);
            for (nint i = 0; i < count; i++)
            {
                FloatLane1 element = FloatLane1.Load(ref matrix, i * stride + k);
                FloatLane1.FusedMultiplyAdd(factor, element, FloatLane1.Load(ref sums, i)).Store(ref sums, i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Four<TFloat>(ref float from, nint stride, TFloat f0, TFloat f1, TFloat f2, TFloat f3, TFloat sum)
        where TFloat : struct, ITileLane<TFloat>
    {
        (TFloat first, TFloat second, TFloat third, TFloat fourth) = TFloat.LoadColumns(in from, stride);
        sum = TFloat.FusedMultiplyAdd(f0, first, sum);
        sum = TFloat.FusedMultiplyAdd(f1, second, sum);
        sum = TFloat.FusedMultiplyAdd(f2, third, sum);
        return TFloat.FusedMultiplyAdd(f3, fourth, sum);
    }
}
