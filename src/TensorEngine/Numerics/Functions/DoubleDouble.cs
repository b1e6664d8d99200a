using System.Runtime.CompilerServices;

namespace TensorEngine.Numerics.Functions;

/// <summary>
/// The unevaluated sum of two doubles, high being the sum rounded: about 106 bits. Relative errors of the operators: at most 2^-102
/// where nothing under- or overflows, for sums of opposite signs measured against the larger term.
/// Source: Joldes, Muller and Popescu, Tight and rigorous error bounds for basic building blocks of double-word arithmetic, 2017.
/// </summary>
internal readonly struct DoubleDouble(double high, double low)
{
    public double High { get; } = high;

    public double Low { get; } = low;

    /// <summary>left + right without error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDouble Sum(double left, double right)
    {
        double sum = left + right;
        double ofRight = sum - left;
        return new(sum, (left - (sum - ofRight)) + (right - ofRight));
    }

    /// <summary>large + small without error, if large is 0 or its exponent is at least that of small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDouble SumOrdered(double large, double small)
    {
        double sum = large + small;
        return new(sum, small - (sum - large));
    }

    /// <summary>left * right without error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDouble Product(double left, double right)
    {
        double product = left * right;
        return new(product, Math.FusedMultiplyAdd(left, right, -product));
    }

    /// <summary>1 / value.</summary>
    public static DoubleDouble Reciprocal(double value)
    {
        double quotient = 1 / value;
        return new(quotient, Math.FusedMultiplyAdd(-quotient, value, 1) / value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDouble operator +(DoubleDouble left, double right)
    {
        DoubleDouble sum = Sum(left.High, right);
        return SumOrdered(sum.High, sum.Low + left.Low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDouble operator +(DoubleDouble left, DoubleDouble right)
    {
        DoubleDouble high = Sum(left.High, right.High);
        DoubleDouble low = Sum(left.Low, right.Low);
        high = SumOrdered(high.High, high.Low + low.High);
        return SumOrdered(high.High, high.Low + low.Low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDouble operator *(DoubleDouble left, double right)
    {
        DoubleDouble product = Product(left.High, right);
        return SumOrdered(product.High, Math.FusedMultiplyAdd(left.Low, right, product.Low));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDouble operator *(DoubleDouble left, DoubleDouble right)
    {
        DoubleDouble product = Product(left.High, right.High);
        double cross = Math.FusedMultiplyAdd(left.High, right.Low, left.Low * right.High);
        return SumOrdered(product.High, product.Low + cross);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleDouble operator /(DoubleDouble left, DoubleDouble right)
    {
        double quotient = left.High / right.High;
        double rest = Math.FusedMultiplyAdd(-quotient, right.High, left.High);
        rest = Math.FusedMultiplyAdd(-quotient, right.Low, rest + left.Low);
        return SumOrdered(quotient, rest / right.High);
    }
}
