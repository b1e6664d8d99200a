using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TensorEngine.Lanes;

/// <summary>8 floats in a 256-bit register.</summary>
internal readonly struct FloatLane256(Vector256<float> value) : ITileLane<FloatLane256>
{
    private readonly Vector256<float> _value = value;

    public Vector256<float> Value => _value;

    public static int Width => 8;

    public static int RegisterCount => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 Splat(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 Splat(in Constant value) => new(value.Lanes.GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 Load(ref readonly float source, nint index) =>
        new(Vector256.LoadUnsafe(in Unsafe.Add(ref Unsafe.AsRef(in source), index)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination, nint index) => _value.StoreUnsafe(ref Unsafe.Add(ref destination, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (FloatLane256 First, FloatLane256 Second, FloatLane256 Third, FloatLane256 Fourth) LoadColumns(
        ref readonly float source, nint stride)
    {
        // Rows 0 to 3 stand in the lower halves, rows 4 to 7 in the upper ones; the halves are transposed side by side.
        Vector256<float> row0 = Halves(in source, 0, stride), row1 = Halves(in source, stride, stride);
        Vector256<float> row2 = Halves(in source, 2 * stride, stride), row3 = Halves(in source, 3 * stride, stride);
        return Transpose(row0, row1, row2, row3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (FloatLane256 Even, FloatLane256 Odd) LoadPairs(ref readonly float source, nint index)
    {
        Vector256<float> first = Load(in source, index)._value, second = Load(in source, index + 8)._value;
        if (Avx2.IsSupported)
        {
            // Halves of both, which then go to their places.
            Vector256<float> even = Avx.Shuffle(first, second, 0b10_00_10_00), odd = Avx.Shuffle(first, second, 0b11_01_11_01);
            return (
                new(Avx2.Permute4x64(even.AsDouble(), 0b11_01_10_00).AsSingle()),
                new(Avx2.Permute4x64(odd.AsDouble(), 0b11_01_10_00).AsSingle()));
        }

        (FloatLane128 even0, FloatLane128 odd0) = FloatLane128.LoadPairs(in source, index);
        (FloatLane128 even1, FloatLane128 odd1) = FloatLane128.LoadPairs(in source, index + 8);
        return (new(Vector256.Create(even0.Value, even1.Value)), new(Vector256.Create(odd0.Value, odd1.Value)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreColumns(
        ref float destination, nint stride, FloatLane256 first, FloatLane256 second, FloatLane256 third, FloatLane256 fourth)
    {
        (FloatLane256 row0, FloatLane256 row1, FloatLane256 row2, FloatLane256 row3) =
            Transpose(first._value, second._value, third._value, fourth._value);
        StoreHalves(row0, ref destination, stride);
        StoreHalves(row1, ref Unsafe.Add(ref destination, stride), stride);
        StoreHalves(row2, ref Unsafe.Add(ref destination, 2 * stride), stride);
        StoreHalves(row3, ref Unsafe.Add(ref destination, 3 * stride), stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreHalves(FloatLane256 rows, ref float destination, nint stride)
    {
        rows._value.GetLower().StoreUnsafe(ref destination);
        rows._value.GetUpper().StoreUnsafe(ref Unsafe.Add(ref destination, 4 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (FloatLane256 First, FloatLane256 Second, FloatLane256 Third, FloatLane256 Fourth) Transpose(
        Vector256<float> row0, Vector256<float> row1, Vector256<float> row2, Vector256<float> row3)
    {
        Vector256<double> firsts01 = Low(row0, row1).AsDouble(), firsts23 = Low(row2, row3).AsDouble();
        Vector256<double> lasts01 = High(row0, row1).AsDouble(), lasts23 = High(row2, row3).AsDouble();
        return (
            new(Low(firsts01, firsts23).AsSingle()),
            new(High(firsts01, firsts23).AsSingle()),
            new(Low(lasts01, lasts23).AsSingle()),
            new(High(lasts01, lasts23).AsSingle()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 operator +(FloatLane256 left, FloatLane256 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 operator -(FloatLane256 left, FloatLane256 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 operator -(FloatLane256 value) => new(-value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 operator *(FloatLane256 left, FloatLane256 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 operator /(FloatLane256 left, FloatLane256 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 FusedMultiplyAdd(FloatLane256 left, FloatLane256 right, FloatLane256 addend) =>
        new(Vector256.FusedMultiplyAdd(left._value, right._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 Sqrt(FloatLane256 value) => new(Vector256.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 Abs(FloatLane256 value) => new(Vector256.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 CopySign(FloatLane256 magnitude, FloatLane256 sign) =>
        new(Vector256.CopySign(magnitude._value, sign._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 Min(FloatLane256 left, FloatLane256 right) => new(Vector256.Min(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 Max(FloatLane256 left, FloatLane256 right) => new(Vector256.Max(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 SelectLess(FloatLane256 left, FloatLane256 right, FloatLane256 whenLess, FloatLane256 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(left._value, right._value), whenLess._value, otherwise._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 SplatBits(uint value) => new(Vector256.Create(value).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 operator &(FloatLane256 left, FloatLane256 right) => new(left._value & right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 operator ^(FloatLane256 left, FloatLane256 right) => new(left._value ^ right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 AddBits(FloatLane256 left, FloatLane256 right) =>
        new((left._value.AsUInt32() + right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 SubtractBits(FloatLane256 left, FloatLane256 right) =>
        new((left._value.AsUInt32() - right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 ShiftLeft(FloatLane256 value, int count) => new((value._value.AsUInt32() << count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 ShiftRight(FloatLane256 value, int count) => new((value._value.AsUInt32() >> count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 ShiftRightSigned(FloatLane256 value, int count) => new((value._value.AsInt32() >> count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 SignedToFloat(FloatLane256 bits) => new(Vector256.ConvertToSingle(bits._value.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(ref readonly float source, nint offset, nint stride)
    {
        ref float start = ref Unsafe.Add(ref Unsafe.AsRef(in source), offset);
        return Vector256.Create(Vector128.LoadUnsafe(in start), Vector128.LoadUnsafe(in Unsafe.Add(ref start, 4 * stride)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Low(Vector256<float> left, Vector256<float> right) =>
        Avx.IsSupported
            ? Avx.UnpackLow(left, right)
            : Vector256.Create(left[0], right[0], left[1], right[1], left[4], right[4], left[5], right[5]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> High(Vector256<float> left, Vector256<float> right) =>
        Avx.IsSupported
            ? Avx.UnpackHigh(left, right)
            : Vector256.Create(left[2], right[2], left[3], right[3], left[6], right[6], left[7], right[7]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Low(Vector256<double> left, Vector256<double> right) =>
        Avx.IsSupported ? Avx.UnpackLow(left, right) : Vector256.Create(left[0], right[0], left[2], right[2]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> High(Vector256<double> left, Vector256<double> right) =>
        Avx.IsSupported ? Avx.UnpackHigh(left, right) : Vector256.Create(left[1], right[1], left[3], right[3]);
}

/// <summary>4 doubles in a 256-bit register.</summary>
internal readonly struct DoubleLane256(Vector256<double> value) : IDoubleLane<DoubleLane256>
{
    private readonly Vector256<double> _value = value;

    public static int Width => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane256 LoadFloats(ref readonly float source, nint index)
    {
        ref float start = ref Unsafe.Add(ref Unsafe.AsRef(in source), index);
        if (Avx.IsSupported)
            return new(Avx.ConvertToVector256Double(Vector128.LoadUnsafe(in start)));
        (Vector128<double> lower, Vector128<double> upper) = Vector128.Widen(Vector128.LoadUnsafe(in start));
        return new(Vector256.Create(lower, upper));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane256 Load(ref readonly double source, nint index) =>
        new(Vector256.LoadUnsafe(in Unsafe.Add(ref Unsafe.AsRef(in source), index)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref double destination, nint index) => _value.StoreUnsafe(ref Unsafe.Add(ref destination, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreFloats(ref float destination, nint index) =>
        Vector128.Narrow(_value.GetLower(), _value.GetUpper()).StoreUnsafe(ref Unsafe.Add(ref destination, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane256 operator +(DoubleLane256 left, DoubleLane256 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane256 operator -(DoubleLane256 left, DoubleLane256 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane256 operator *(DoubleLane256 left, DoubleLane256 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane256 operator /(DoubleLane256 left, DoubleLane256 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane256 Splat(double value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane256 Abs(DoubleLane256 value) => new(Vector256.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane256 Min(DoubleLane256 left, DoubleLane256 right) => new(Vector256.Min(left._value, right._value));
}

/// <summary>8 counters: the even ones in one 256-bit register, the odd ones in another.</summary>
internal readonly struct CounterLane256(Vector256<ulong> even, Vector256<ulong> odd) : ICounterLane<CounterLane256, FloatLane256>
{
    private readonly Vector256<ulong> _even = even;
    private readonly Vector256<ulong> _odd = odd;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CounterLane256 Sequence(ulong first)
    {
        Vector256<ulong> even = Vector256.Create(first) + Vector256.Create(0ul, 2, 4, 6);
        return new(even, even + Vector256<ulong>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CounterLane256 Splat(ulong value)
    {
        // Once, so that a value from memory goes to the register at once.
        Vector256<ulong> all = Vector256.Create(value);
        return new(all, all);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CounterLane256 Xor(CounterLane256 first, CounterLane256 second, CounterLane256 third) =>
        new(first._even ^ second._even ^ third._even, first._odd ^ second._odd ^ third._odd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CounterLane256 MultiplyLow(CounterLane256 value, uint multiplier) =>
        new(MultiplyLow(value._even, multiplier), MultiplyLow(value._odd, multiplier));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CounterLane256 High(CounterLane256 value) => new(value._even >> 32, value._odd >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 ToBits(CounterLane256 value)
    {
        Vector256<ulong> low = Vector256.Create(0x0000_0000_FFFF_FFFFul);
        return new(Vector256.ConditionalSelect(low, value._even, value._odd << 32).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> MultiplyLow(Vector256<ulong> value, uint multiplier) =>
        // The portable form compiles to a slow 64 x 64 bit product on x86.
        Avx2.IsSupported
            ? Avx2.Multiply(value.AsUInt32(), Vector256.Create(multiplier))
            : (value & Vector256.Create(0x0000_0000_FFFF_FFFFul)) * Vector256.Create((ulong)multiplier);
}
