using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TensorEngine.Lanes;

/// <summary>16 floats in a 512-bit register.</summary>
internal readonly struct FloatLane512(Vector512<float> value) : ITileLane<FloatLane512>
{
    private readonly Vector512<float> _value = value;

    public Vector512<float> Value => _value;

    public static int Width => 16;

    public static int RegisterCount => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 Splat(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 Splat(in Constant value) => new(value.Lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 Load(ref readonly float source, nint index) =>
        new(Vector512.LoadUnsafe(in Unsafe.Add(ref Unsafe.AsRef(in source), index)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination, nint index) => _value.StoreUnsafe(ref Unsafe.Add(ref destination, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (FloatLane512 First, FloatLane512 Second, FloatLane512 Third, FloatLane512 Fourth) LoadColumns(
        ref readonly float source, nint stride)
    {
        (FloatLane256 first0, FloatLane256 second0, FloatLane256 third0, FloatLane256 fourth0) =
            FloatLane256.LoadColumns(in source, stride);
        (FloatLane256 first1, FloatLane256 second1, FloatLane256 third1, FloatLane256 fourth1) =
            FloatLane256.LoadColumns(in Unsafe.Add(ref Unsafe.AsRef(in source), 8 * stride), stride);
        return (
            new(Vector512.Create(first0.Value, first1.Value)),
            new(Vector512.Create(second0.Value, second1.Value)),
            new(Vector512.Create(third0.Value, third1.Value)),
            new(Vector512.Create(fourth0.Value, fourth1.Value)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (FloatLane512 Even, FloatLane512 Odd) LoadPairs(ref readonly float source, nint index)
    {
        if (Avx512F.IsSupported)
        {
            Vector512<float> first = Load(in source, index)._value, second = Load(in source, index + 16)._value;
            Vector512<int> even = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
            return (
                new(Avx512F.PermuteVar16x32x2(first, even, second)),
                new(Avx512F.PermuteVar16x32x2(first, even + Vector512<int>.One, second)));
        }

        (FloatLane256 even0, FloatLane256 odd0) = FloatLane256.LoadPairs(in source, index);
        (FloatLane256 even1, FloatLane256 odd1) = FloatLane256.LoadPairs(in source, index + 16);
        return (new(Vector512.Create(even0.Value, even1.Value)), new(Vector512.Create(odd0.Value, odd1.Value)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreColumns(
        ref float destination, nint stride, FloatLane512 first, FloatLane512 second, FloatLane512 third, FloatLane512 fourth)
    {
        FloatLane256.StoreColumns(
            ref destination,
            stride,
            new(first._value.GetLower()),
            new(second._value.GetLower()),
            new(third._value.GetLower()),
            new(fourth._value.GetLower()));
        FloatLane256.StoreColumns(
            ref Unsafe.Add(ref destination, 8 * stride),
            stride,
            new(first._value.GetUpper()),
            new(second._value.GetUpper()),
            new(third._value.GetUpper()),
            new(fourth._value.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 operator +(FloatLane512 left, FloatLane512 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 operator -(FloatLane512 left, FloatLane512 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 operator -(FloatLane512 value) => new(-value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 operator *(FloatLane512 left, FloatLane512 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 operator /(FloatLane512 left, FloatLane512 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 FusedMultiplyAdd(FloatLane512 left, FloatLane512 right, FloatLane512 addend) =>
        new(Vector512.FusedMultiplyAdd(left._value, right._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 Sqrt(FloatLane512 value) => new(Vector512.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 Abs(FloatLane512 value) => new(Vector512.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 CopySign(FloatLane512 magnitude, FloatLane512 sign) =>
        new(Vector512.CopySign(magnitude._value, sign._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 Min(FloatLane512 left, FloatLane512 right) => new(Vector512.Min(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 Max(FloatLane512 left, FloatLane512 right) => new(Vector512.Max(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 SelectLess(FloatLane512 left, FloatLane512 right, FloatLane512 whenLess, FloatLane512 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(left._value, right._value), whenLess._value, otherwise._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 SplatBits(uint value) => new(Vector512.Create(value).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 operator &(FloatLane512 left, FloatLane512 right) => new(left._value & right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 operator ^(FloatLane512 left, FloatLane512 right) => new(left._value ^ right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 AddBits(FloatLane512 left, FloatLane512 right) =>
        new((left._value.AsUInt32() + right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 SubtractBits(FloatLane512 left, FloatLane512 right) =>
        new((left._value.AsUInt32() - right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 ShiftLeft(FloatLane512 value, int count) => new((value._value.AsUInt32() << count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 ShiftRight(FloatLane512 value, int count) => new((value._value.AsUInt32() >> count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 ShiftRightSigned(FloatLane512 value, int count) => new((value._value.AsInt32() >> count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 SignedToFloat(FloatLane512 bits) => new(Vector512.ConvertToSingle(bits._value.AsInt32()));
}

/// <summary>8 doubles in a 512-bit register.</summary>
internal readonly struct DoubleLane512(Vector512<double> value) : IDoubleLane<DoubleLane512>
{
    private readonly Vector512<double> _value = value;

    public static int Width => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane512 LoadFloats(ref readonly float source, nint index)
    {
        ref float start = ref Unsafe.Add(ref Unsafe.AsRef(in source), index);
        if (Avx512F.IsSupported)
            return new(Avx512F.ConvertToVector512Double(Vector256.LoadUnsafe(in start)));
        (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(Vector256.LoadUnsafe(in start));
        return new(Vector512.Create(lower, upper));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane512 Load(ref readonly double source, nint index) =>
        new(Vector512.LoadUnsafe(in Unsafe.Add(ref Unsafe.AsRef(in source), index)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref double destination, nint index) => _value.StoreUnsafe(ref Unsafe.Add(ref destination, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreFloats(ref float destination, nint index) =>
        Vector256.Narrow(_value.GetLower(), _value.GetUpper()).StoreUnsafe(ref Unsafe.Add(ref destination, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane512 operator +(DoubleLane512 left, DoubleLane512 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane512 operator -(DoubleLane512 left, DoubleLane512 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane512 operator *(DoubleLane512 left, DoubleLane512 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane512 operator /(DoubleLane512 left, DoubleLane512 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane512 Splat(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane512 Abs(DoubleLane512 value) => new(Vector512.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane512 Min(DoubleLane512 left, DoubleLane512 right) => new(Vector512.Min(left._value, right._value));
}

/// <summary>16 counters: the even ones in one 512-bit register, the odd ones in another.</summary>
internal readonly struct CounterLane512(Vector512<ulong> even, Vector512<ulong> odd) : ICounterLane<CounterLane512, FloatLane512>
{
    private readonly Vector512<ulong> _even = even;
    private readonly Vector512<ulong> _odd = odd;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CounterLane512 Sequence(ulong first)
    {
        Vector512<ulong> even = Vector512.Create(first) + Vector512.Create(0ul, 2, 4, 6, 8, 10, 12, 14);
        return new(even, even + Vector512<ulong>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CounterLane512 Splat(ulong value)
    {
        // Once, so that a value from memory goes to the register at once.
        Vector512<ulong> all = Vector512.Create(value);
        return new(all, all);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CounterLane512 Xor(CounterLane512 first, CounterLane512 second, CounterLane512 third) =>
        new(first._even ^ second._even ^ third._even, first._odd ^ second._odd ^ third._odd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CounterLane512 MultiplyLow(CounterLane512 value, uint multiplier) =>
        new(MultiplyLow(value._even, multiplier), MultiplyLow(value._odd, multiplier));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CounterLane512 High(CounterLane512 value) => new(value._even >> 32, value._odd >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 ToBits(CounterLane512 value)
    {
        Vector512<ulong> low = Vector512.Create(0x0000_0000_FFFF_FFFFul);
        return new(Vector512.ConditionalSelect(low, value._even, value._odd << 32).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> MultiplyLow(Vector512<ulong> value, uint multiplier) =>
        // The portable form compiles to a slow 64 x 64 bit product on x86.
        Avx512F.IsSupported
            ? Avx512F.Multiply(value.AsUInt32(), Vector512.Create(multiplier))
            : (value & Vector512.Create(0x0000_0000_FFFF_FFFFul)) * Vector512.Create((ulong)multiplier);
}
