using TensorEngine.Lanes;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Lanes;

/// <summary>The members of <see cref="IFloatLane{TSelf}"/> that compute.</summary>
public enum FloatOperation
{
    Add,
    Subtract,
    Multiply,
    Divide,
    FusedMultiplyAdd,
    Sqrt,
    Abs,
    Min,
    Max,
    SelectLess,
    And,
    Xor,
    AddBits,
    SubtractBits,
    Negate,
    CopySign,
    ShiftLeft1,
    ShiftLeft23,
    ShiftRight1,
    ShiftRight9,
    ShiftRightSigned1,
    ShiftRightSigned31,
    SignedToFloat,
}

/// <summary>Every operation twice: on lanes, and on single floats without the lanes' code.</summary>
internal static class FloatOperations
{
    /// <summary>How many of the three arguments the operation looks at.</summary>
    public static int Arity(FloatOperation operation) => operation switch
    {
        FloatOperation.FusedMultiplyAdd or FloatOperation.SelectLess => 3,
        FloatOperation.Sqrt or FloatOperation.Abs or FloatOperation.Negate => 1,
        >= FloatOperation.ShiftLeft1 => 1,
        _ => 2,
    };

    /// <summary>Whether the operation is one on integers, where the bits of a NaN are as good as any others.</summary>
    public static bool IsOnBits(FloatOperation operation) => operation is >= FloatOperation.And and < FloatOperation.SignedToFloat;

    public static TFloat OnLanes<TFloat>(FloatOperation operation, TFloat a, TFloat b, TFloat c)
        where TFloat : struct, IFloatLane<TFloat> => operation switch
        {
            FloatOperation.Add => a + b,
            FloatOperation.Subtract => a - b,
            FloatOperation.Multiply => a * b,
            FloatOperation.Divide => a / b,
            FloatOperation.FusedMultiplyAdd => TFloat.FusedMultiplyAdd(a, b, c),
            FloatOperation.Sqrt => TFloat.Sqrt(a),
            FloatOperation.Abs => TFloat.Abs(a),
            FloatOperation.Min => TFloat.Min(a, b),
            FloatOperation.Max => TFloat.Max(a, b),
            FloatOperation.SelectLess => TFloat.SelectLess(a, b, c, TFloat.Splat(-7)),
            FloatOperation.And => a & b,
            FloatOperation.Xor => a ^ b,
            FloatOperation.AddBits => TFloat.AddBits(a, b),
            FloatOperation.SubtractBits => TFloat.SubtractBits(a, b),
            FloatOperation.Negate => -a,
            FloatOperation.CopySign => TFloat.CopySign(a, b),
            FloatOperation.ShiftLeft1 => TFloat.ShiftLeft(a, 1),
            FloatOperation.ShiftLeft23 => TFloat.ShiftLeft(a, 23),
            FloatOperation.ShiftRight1 => TFloat.ShiftRight(a, 1),
            FloatOperation.ShiftRight9 => TFloat.ShiftRight(a, 9),
            FloatOperation.ShiftRightSigned1 => TFloat.ShiftRightSigned(a, 1),
            FloatOperation.ShiftRightSigned31 => TFloat.ShiftRightSigned(a, 31),
            FloatOperation.SignedToFloat => TFloat.SignedToFloat(a),
            _ => throw new ArgumentOutOfRangeException(nameof(operation)),
        };

    /// <summary>
    /// What IEEE 754 prescribes. Sums, products, quotients and roots of floats computed in double and then rounded to float
    /// are correctly rounded (double has more than twice the digits).
    /// </summary>
    public static float Expected(FloatOperation operation, float a, float b, float c) => operation switch
    {
        FloatOperation.Add => (float)((double)a + b),
        FloatOperation.Subtract => (float)((double)a - b),
        FloatOperation.Multiply => (float)((double)a * b),
        FloatOperation.Divide => (float)((double)a / b),
        FloatOperation.FusedMultiplyAdd => ExactFusedMultiplyAdd(a, b, c),
        FloatOperation.Sqrt => (float)Math.Sqrt(a),
        FloatOperation.Abs => Bits.ToFloat(Bits.Of(a) & 0x7FFF_FFFF),
        FloatOperation.Min => IsFirst(a, b, smaller: true) ? a : b,
        FloatOperation.Max => IsFirst(a, b, smaller: false) ? a : b,
        FloatOperation.SelectLess => a < b ? c : -7,
        FloatOperation.And => Bits.ToFloat(Bits.Of(a) & Bits.Of(b)),
        FloatOperation.Xor => Bits.ToFloat(Bits.Of(a) ^ Bits.Of(b)),
        FloatOperation.AddBits => Bits.ToFloat(Bits.Of(a) + Bits.Of(b)),
        FloatOperation.SubtractBits => Bits.ToFloat(Bits.Of(a) - Bits.Of(b)),
        FloatOperation.Negate => Bits.ToFloat(Bits.Of(a) ^ 0x8000_0000),
        FloatOperation.CopySign => Bits.ToFloat((Bits.Of(a) & 0x7FFF_FFFF) | (Bits.Of(b) & 0x8000_0000)),
        FloatOperation.ShiftLeft1 => Bits.ToFloat(Bits.Of(a) * 2),
        FloatOperation.ShiftLeft23 => Bits.ToFloat(Bits.Of(a) * 0x80_0000),
        FloatOperation.ShiftRight1 => Bits.ToFloat(Bits.Of(a) / 2),
        FloatOperation.ShiftRight9 => Bits.ToFloat(Bits.Of(a) / 512),
        FloatOperation.ShiftRightSigned1 => Bits.ToFloat((uint)(int)Math.Floor((int)Bits.Of(a) / 2.0)),
        FloatOperation.ShiftRightSigned31 => Bits.ToFloat((int)Bits.Of(a) < 0 ? 0xFFFF_FFFF : 0),
        FloatOperation.SignedToFloat => (float)(double)(int)Bits.Of(a),
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    /// <summary>
    /// a * b + c rounded once. The product is exact in double. The sum is rounded to odd: if it is inexact, its last bit is set
    /// to 1, so that the second rounding, to float, goes where one rounding would have gone (Boldo and Melquiond, 2008).
    /// </summary>
    public static float ExactFusedMultiplyAdd(float a, float b, float c)
    {
        double product = (double)a * b;
        double sum = product + c;
        if (!double.IsFinite(sum))
            return (float)sum;
        double shareOfC = sum - product;
        double error = product - (sum - shareOfC) + (c - shareOfC);
        long bits = BitConverter.DoubleToInt64Bits(sum);
        if (error != 0 && (bits & 1) == 0)
            bits += (error > 0) == (sum > 0) ? 1 : -1;
        return (float)BitConverter.Int64BitsToDouble(bits);
    }

    /// <summary>IEEE 754-2019 minimum and maximum: NaN goes first, and -0 is smaller than +0.</summary>
    private static bool IsFirst(float a, float b, bool smaller)
    {
        if (float.IsNaN(a) || float.IsNaN(b))
            return float.IsNaN(a);
        if (a == b)
            return float.IsNegative(a) == smaller;
        return a < b == smaller;
    }
}
