using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace TensorEngine.Lanes;

/// <summary>4 floats in a 128-bit register.</summary>
internal readonly struct FloatLane128(Vector128<float> value) : ITileLane<FloatLane128>
{
    private readonly Vector128<float> _value = value;

    public Vector128<float> Value => _value;

    public static int Width => 4;

    public static int RegisterCount => AdvSimd.Arm64.IsSupported ? 32 : 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 Splat(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 Splat(in Constant value) => new(value.Lanes.GetLower().GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 Load(ref readonly float source, nint index) =>
        new(Vector128.LoadUnsafe(in Unsafe.Add(ref Unsafe.AsRef(in source), index)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination, nint index) => _value.StoreUnsafe(ref Unsafe.Add(ref destination, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (FloatLane128 First, FloatLane128 Second, FloatLane128 Third, FloatLane128 Fourth) LoadColumns(
        ref readonly float source, nint stride)
    {
        Vector128<float> row0 = Load(in source, 0)._value, row1 = Load(in source, stride)._value;
        Vector128<float> row2 = Load(in source, 2 * stride)._value, row3 = Load(in source, 3 * stride)._value;
        return Transpose(row0, row1, row2, row3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (FloatLane128 Even, FloatLane128 Odd) LoadPairs(ref readonly float source, nint index)
    {
        Vector128<float> first = Load(in source, index)._value, second = Load(in source, index + 4)._value;
        if (Sse.IsSupported)
            return (new(Sse.Shuffle(first, second, 0b10_00_10_00)), new(Sse.Shuffle(first, second, 0b11_01_11_01)));
        return AdvSimd.Arm64.IsSupported
            ? (new(AdvSimd.Arm64.UnzipEven(first, second)), new(AdvSimd.Arm64.UnzipOdd(first, second)))
            : (new(Vector128.Create(first[0], first[2], second[0], second[2])),
                new(Vector128.Create(first[1], first[3], second[1], second[3])));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreColumns(
        ref float destination, nint stride, FloatLane128 first, FloatLane128 second, FloatLane128 third, FloatLane128 fourth)
    {
        (FloatLane128 row0, FloatLane128 row1, FloatLane128 row2, FloatLane128 row3) =
            Transpose(first._value, second._value, third._value, fourth._value);
        row0.Store(ref destination, 0);
        row1.Store(ref destination, stride);
        row2.Store(ref destination, 2 * stride);
        row3.Store(ref destination, 3 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (FloatLane128 First, FloatLane128 Second, FloatLane128 Third, FloatLane128 Fourth) Transpose(
        Vector128<float> row0, Vector128<float> row1, Vector128<float> row2, Vector128<float> row3)
    {
        // Pairs of rows, interleaved: the first two columns and the last two.
        Vector128<double> firsts01 = Low(row0, row1).AsDouble(), firsts23 = Low(row2, row3).AsDouble();
        Vector128<double> lasts01 = High(row0, row1).AsDouble(), lasts23 = High(row2, row3).AsDouble();
        return (
            new(Vector128.Create(firsts01.GetLower(), firsts23.GetLower()).AsSingle()),
            new(Vector128.Create(firsts01.GetUpper(), firsts23.GetUpper()).AsSingle()),
            new(Vector128.Create(lasts01.GetLower(), lasts23.GetLower()).AsSingle()),
            new(Vector128.Create(lasts01.GetUpper(), lasts23.GetUpper()).AsSingle()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 operator +(FloatLane128 left, FloatLane128 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 operator -(FloatLane128 left, FloatLane128 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 operator -(FloatLane128 value) => new(-value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 operator *(FloatLane128 left, FloatLane128 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 operator /(FloatLane128 left, FloatLane128 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 FusedMultiplyAdd(FloatLane128 left, FloatLane128 right, FloatLane128 addend) =>
        new(SoftwareFma.IsNeeded
            ? SoftwareFma.MultiplyAdd(left._value, right._value, addend._value)
            : Vector128.FusedMultiplyAdd(left._value, right._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 Sqrt(FloatLane128 value) => new(Vector128.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 Abs(FloatLane128 value) => new(Vector128.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 CopySign(FloatLane128 magnitude, FloatLane128 sign) =>
        new(Vector128.CopySign(magnitude._value, sign._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 Min(FloatLane128 left, FloatLane128 right) => new(Vector128.Min(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 Max(FloatLane128 left, FloatLane128 right) => new(Vector128.Max(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 SelectLess(FloatLane128 left, FloatLane128 right, FloatLane128 whenLess, FloatLane128 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(left._value, right._value), whenLess._value, otherwise._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 SplatBits(uint value) => new(Vector128.Create(value).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 operator &(FloatLane128 left, FloatLane128 right) => new(left._value & right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 operator ^(FloatLane128 left, FloatLane128 right) => new(left._value ^ right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 AddBits(FloatLane128 left, FloatLane128 right) =>
        new((left._value.AsUInt32() + right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 SubtractBits(FloatLane128 left, FloatLane128 right) =>
        new((left._value.AsUInt32() - right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 ShiftLeft(FloatLane128 value, int count) => new((value._value.AsUInt32() << count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 ShiftRight(FloatLane128 value, int count) => new((value._value.AsUInt32() >> count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 ShiftRightSigned(FloatLane128 value, int count) => new((value._value.AsInt32() >> count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 SignedToFloat(FloatLane128 bits) => new(Vector128.ConvertToSingle(bits._value.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> left, Vector128<float> right)
    {
        if (Sse.IsSupported)
            return Sse.UnpackLow(left, right);
        return AdvSimd.Arm64.IsSupported
            ? AdvSimd.Arm64.ZipLow(left, right)
            : Vector128.Create(left[0], right[0], left[1], right[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> left, Vector128<float> right)
    {
        if (Sse.IsSupported)
            return Sse.UnpackHigh(left, right);
        return AdvSimd.Arm64.IsSupported
            ? AdvSimd.Arm64.ZipHigh(left, right)
            : Vector128.Create(left[2], right[2], left[3], right[3]);
    }
}

/// <summary>2 doubles in a 128-bit register.</summary>
internal readonly struct DoubleLane128(Vector128<double> value) : IDoubleLane<DoubleLane128>
{
    private readonly Vector128<double> _value = value;

    public static int Width => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane128 LoadFloats(ref readonly float source, nint index)
    {
        ref float start = ref Unsafe.Add(ref Unsafe.AsRef(in source), index);
        return new(Vector128.Create((double)start, Unsafe.Add(ref start, 1)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane128 Load(ref readonly double source, nint index) =>
        new(Vector128.LoadUnsafe(in Unsafe.Add(ref Unsafe.AsRef(in source), index)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref double destination, nint index) => _value.StoreUnsafe(ref Unsafe.Add(ref destination, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreFloats(ref float destination, nint index) =>
        Vector128.Narrow(_value, _value).GetLower().StoreUnsafe(ref Unsafe.Add(ref destination, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane128 operator +(DoubleLane128 left, DoubleLane128 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane128 operator -(DoubleLane128 left, DoubleLane128 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane128 operator *(DoubleLane128 left, DoubleLane128 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane128 operator /(DoubleLane128 left, DoubleLane128 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane128 Splat(double value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane128 Abs(DoubleLane128 value) => new(Vector128.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane128 Min(DoubleLane128 left, DoubleLane128 right) => new(Vector128.Min(left._value, right._value));
}

/// <summary>4 counters: the even ones in one 128-bit register, the odd ones in another.</summary>
internal readonly struct CounterLane128(Vector128<ulong> even, Vector128<ulong> odd) : ICounterLane<CounterLane128, FloatLane128>
{
    private readonly Vector128<ulong> _even = even;
    private readonly Vector128<ulong> _odd = odd;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CounterLane128 Sequence(ulong first)
    {
        Vector128<ulong> even = Vector128.Create(first) + Vector128.Create(0ul, 2);
        return new(even, even + Vector128<ulong>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CounterLane128 Splat(ulong value)
    {
        // Once, so that a value from memory goes to the register at once.
        Vector128<ulong> all = Vector128.Create(value);
        return new(all, all);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CounterLane128 Xor(CounterLane128 first, CounterLane128 second, CounterLane128 third) =>
        new(first._even ^ second._even ^ third._even, first._odd ^ second._odd ^ third._odd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CounterLane128 MultiplyLow(CounterLane128 value, uint multiplier) =>
        new(MultiplyLow(value._even, multiplier), MultiplyLow(value._odd, multiplier));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CounterLane128 High(CounterLane128 value) => new(value._even >> 32, value._odd >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 ToBits(CounterLane128 value)
    {
        Vector128<ulong> low = Vector128.Create(0x0000_0000_FFFF_FFFFul);
        return new(Vector128.ConditionalSelect(low, value._even, value._odd << 32).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> MultiplyLow(Vector128<ulong> value, uint multiplier) =>
        // The portable form compiles to a slow 64 x 64 bit product on x86.
        Sse2.IsSupported
            ? Sse2.Multiply(value.AsUInt32(), Vector128.Create(multiplier))
            : (value & Vector128.Create(0x0000_0000_FFFF_FFFFul)) * Vector128.Create((ulong)multiplier);
}
