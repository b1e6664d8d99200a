using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace TensorEngine.Lanes;

/// <summary>One float: the tail of every loop, and the whole loop where .NET uses no vector registers.</summary>
internal readonly struct FloatLane1(float value) : ITileLane<FloatLane1>
{
    private readonly float _value = value;

    public static int Width => 1;

    public static int RegisterCount => 16;

    public float Value => _value;

    private uint Bits => BitConverter.SingleToUInt32Bits(_value);

    public static FloatLane1 Splat(float value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane1 Splat(in Constant value) => new(value.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane1 Load(ref readonly float source, nint index) => new(Unsafe.Add(ref Unsafe.AsRef(in source), index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination, nint index) => Unsafe.Add(ref destination, index) = _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (FloatLane1 First, FloatLane1 Second, FloatLane1 Third, FloatLane1 Fourth) LoadColumns(
        ref readonly float source, nint stride) =>
        (Load(in source, 0), Load(in source, 1), Load(in source, 2), Load(in source, 3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (FloatLane1 Even, FloatLane1 Odd) LoadPairs(ref readonly float source, nint index) =>
        (Load(in source, index), Load(in source, index + 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreColumns(
        ref float destination, nint stride, FloatLane1 first, FloatLane1 second, FloatLane1 third, FloatLane1 fourth)
    {
        first.Store(ref destination, 0);
        second.Store(ref destination, 1);
        third.Store(ref destination, 2);
        fourth.Store(ref destination, 3);
    }

    public static FloatLane1 operator +(FloatLane1 left, FloatLane1 right) => new(left._value + right._value);

    public static FloatLane1 operator -(FloatLane1 left, FloatLane1 right) => new(left._value - right._value);

    public static FloatLane1 operator -(FloatLane1 value) => new(-value._value);

    public static FloatLane1 operator *(FloatLane1 left, FloatLane1 right) => new(left._value * right._value);

    public static FloatLane1 operator /(FloatLane1 left, FloatLane1 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane1 FusedMultiplyAdd(FloatLane1 left, FloatLane1 right, FloatLane1 addend) =>
        new(SoftwareFma.IsNeeded
            ? SoftwareFma.MultiplyAdd(left._value, right._value, addend._value)
            : MathF.FusedMultiplyAdd(left._value, right._value, addend._value));

    public static FloatLane1 Sqrt(FloatLane1 value) => new(MathF.Sqrt(value._value));

    public static FloatLane1 Abs(FloatLane1 value) => new(MathF.Abs(value._value));

    public static FloatLane1 CopySign(FloatLane1 magnitude, FloatLane1 sign) => new(MathF.CopySign(magnitude._value, sign._value));

    public static FloatLane1 Min(FloatLane1 left, FloatLane1 right) => new(MathF.Min(left._value, right._value));

    public static FloatLane1 Max(FloatLane1 left, FloatLane1 right) => new(MathF.Max(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane1 SelectLess(FloatLane1 left, FloatLane1 right, FloatLane1 whenLess, FloatLane1 otherwise) =>
        left._value < right._value ? whenLess : otherwise;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane1 SplatBits(uint value) => new(BitConverter.UInt32BitsToSingle(value));

    public static FloatLane1 operator &(FloatLane1 left, FloatLane1 right) => SplatBits(left.Bits & right.Bits);

    public static FloatLane1 operator ^(FloatLane1 left, FloatLane1 right) => SplatBits(left.Bits ^ right.Bits);

    public static FloatLane1 AddBits(FloatLane1 left, FloatLane1 right) => SplatBits(left.Bits + right.Bits);

    public static FloatLane1 SubtractBits(FloatLane1 left, FloatLane1 right) => SplatBits(left.Bits - right.Bits);

    public static FloatLane1 ShiftLeft(FloatLane1 value, int count) => SplatBits(value.Bits << Shift(count));

    public static FloatLane1 ShiftRight(FloatLane1 value, int count) => SplatBits(value.Bits >> Shift(count));

    public static FloatLane1 ShiftRightSigned(FloatLane1 value, int count) => SplatBits((uint)((int)value.Bits >> Shift(count)));

    public static FloatLane1 SignedToFloat(FloatLane1 bits) => new((int)bits.Bits);

    // Vector instructions give 0 for larger counts, scalar ones take them modulo 32.
    private static int Shift(int count)
    {
        Debug.Assert(count is >= 0 and < 32, $"A shift of {count} bits.");
        return count;
    }
}

/// <summary>One double.</summary>
internal readonly struct DoubleLane1(double value) : IDoubleLane<DoubleLane1>
{
    private readonly double _value = value;

    public static int Width => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane1 LoadFloats(ref readonly float source, nint index) => new(Unsafe.Add(ref Unsafe.AsRef(in source), index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane1 Load(ref readonly double source, nint index) => new(Unsafe.Add(ref Unsafe.AsRef(in source), index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref double destination, nint index) => Unsafe.Add(ref destination, index) = _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreFloats(ref float destination, nint index) => Unsafe.Add(ref destination, index) = (float)_value;

    public static DoubleLane1 operator +(DoubleLane1 left, DoubleLane1 right) => new(left._value + right._value);

    public static DoubleLane1 operator -(DoubleLane1 left, DoubleLane1 right) => new(left._value - right._value);

    public static DoubleLane1 operator *(DoubleLane1 left, DoubleLane1 right) => new(left._value * right._value);

    public static DoubleLane1 operator /(DoubleLane1 left, DoubleLane1 right) => new(left._value / right._value);

    public static DoubleLane1 Splat(double value) => new(value);

    public static DoubleLane1 Abs(DoubleLane1 value) => new(Math.Abs(value._value));

    public static DoubleLane1 Min(DoubleLane1 left, DoubleLane1 right) => new(Math.Min(left._value, right._value));
}

/// <summary>One counter.</summary>
internal readonly struct CounterLane1(ulong value) : ICounterLane<CounterLane1, FloatLane1>
{
    private readonly ulong _value = value;

    public static CounterLane1 Sequence(ulong first) => new(first);

    public static CounterLane1 Splat(ulong value) => new(value);

    public static CounterLane1 Xor(CounterLane1 first, CounterLane1 second, CounterLane1 third) =>
        new(first._value ^ second._value ^ third._value);

    public static CounterLane1 MultiplyLow(CounterLane1 value, uint multiplier) => new((uint)value._value * (ulong)multiplier);

    public static CounterLane1 High(CounterLane1 value) => new(value._value >> 32);

    public static FloatLane1 ToBits(CounterLane1 value) => FloatLane1.SplatBits((uint)value._value);
}
