using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TensorEngine.Lanes;

/// <summary>One code.</summary>
internal readonly struct CodeLane1 : ICodeLane<FloatLane1>
{
    public static FloatLane1 LoadUpperHalves(ref readonly byte source) =>
        FloatLane1.SplatBits((uint)Unsafe.ReadUnaligned<ushort>(in source) << 16);

    public static void StoreUpperHalves(FloatLane1 value, ref byte destination) =>
        Unsafe.WriteUnaligned(ref destination, (ushort)(Bits(value) >> 16));

    public static FloatLane1 LoadBytes(ref readonly byte source) => OfInteger(source);

    public static FloatLane1 LoadSignedBytes(ref readonly byte source) => OfInteger((uint)(sbyte)source);

    public static void StoreHighBytes(FloatLane1 value, ref byte destination) => destination = (byte)(Bits(value) >> 24);

    public static void StoreHighBytes(FloatLane1 first, FloatLane1 second, ref byte destination)
    {
        StoreHighBytes(first, ref destination);
        StoreHighBytes(second, ref Unsafe.Add(ref destination, 1));
    }

    public static FloatLane1 MinBits(FloatLane1 left, FloatLane1 right) =>
        FloatLane1.SplatBits((uint)Math.Min((int)Bits(left), (int)Bits(right)));

    public static FloatLane1 MaxBits(FloatLane1 left, FloatLane1 right) =>
        FloatLane1.SplatBits((uint)Math.Max((int)Bits(left), (int)Bits(right)));

    public static int LargestBits(FloatLane1 value) => (int)Bits(value);

    public static FloatLane1 WhereNotZero(FloatLane1 code, FloatLane1 value) => Bits(code) == 0 ? default : value;

    public static FloatLane1 Halves(uint first, uint step) => FloatLane1.SplatBits((ushort)first);

    public static FloatLane1 AddHalves(FloatLane1 left, FloatLane1 right) =>
        FloatLane1.SplatBits((ushort)unchecked(Bits(left) + Bits(right)));

    public static FloatLane1 AddBitsToNumbers(FloatLane1 value, FloatLane1 bits) =>
        value.Value < float.PositiveInfinity ? FloatLane1.AddBits(value, bits) : value;

    public static void StoreUpperHalves(FloatLane1 first, FloatLane1 second, ref byte destination)
    {
        StoreUpperHalves(first, ref destination);
        StoreUpperHalves(second, ref Unsafe.Add(ref destination, sizeof(ushort)));
    }

    // A call, as the compiler of .NET 10 makes a load of four bytes of a byte whose bits become those of a float.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static FloatLane1 OfInteger(uint code) => FloatLane1.SplatBits(code);

    private static uint Bits(FloatLane1 value) => BitConverter.SingleToUInt32Bits(value.Value);
}

/// <summary>4 codes.</summary>
internal readonly struct CodeLane128 : ICodeLane<FloatLane128>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 LoadUpperHalves(ref readonly byte source) =>
        new((Vector128.WidenLower(Load64(in source).AsUInt16()) << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpperHalves(FloatLane128 value, ref byte destination)
    {
        Vector128<uint> halves = value.Value.AsUInt32() >> 16;
        Unsafe.WriteUnaligned(ref destination, Vector128.Narrow(halves, halves).AsUInt64().ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 LoadBytes(ref readonly byte source) =>
        new(Vector128.WidenLower(Vector128.WidenLower(Load32(in source))).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 LoadSignedBytes(ref readonly byte source) =>
        new(Vector128.WidenLower(Vector128.WidenLower(Load32(in source).AsSByte())).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHighBytes(FloatLane128 value, ref byte destination)
    {
        Vector128<uint> codes = value.Value.AsUInt32() >> 24;
        Vector128<ushort> halves = Vector128.Narrow(codes, codes);
        Unsafe.WriteUnaligned(ref destination, Vector128.Narrow(halves, halves).AsUInt32().ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHighBytes(FloatLane128 first, FloatLane128 second, ref byte destination)
    {
        StoreHighBytes(first, ref destination);
        StoreHighBytes(second, ref Unsafe.Add(ref destination, 4));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 MinBits(FloatLane128 left, FloatLane128 right) =>
        new(Vector128.Min(left.Value.AsInt32(), right.Value.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 MaxBits(FloatLane128 left, FloatLane128 right) =>
        new(Vector128.Max(left.Value.AsInt32(), right.Value.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LargestBits(FloatLane128 value)
    {
        Vector128<int> bits = value.Value.AsInt32();
        bits = Vector128.Max(bits, Vector128.Shuffle(bits, Vector128.Create(2, 3, 0, 1)));
        return Vector128.Max(bits, Vector128.Shuffle(bits, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 WhereNotZero(FloatLane128 code, FloatLane128 value) =>
        new(Vector128.AndNot(value.Value, Vector128.Equals(code.Value.AsInt32(), Vector128<int>.Zero).AsSingle()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 Halves(uint first, uint step) =>
        new((Vector128.CreateSequence(first, step) & Vector128.Create(0xFFFFu)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 AddHalves(FloatLane128 left, FloatLane128 right) =>
        new((left.Value.AsUInt16() + right.Value.AsUInt16()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane128 AddBitsToNumbers(FloatLane128 value, FloatLane128 bits)
    {
        Vector128<uint> number = Vector128.LessThan(value.Value, Vector128.Create(float.PositiveInfinity)).AsUInt32();
        Vector128<uint> before = value.Value.AsUInt32();
        return new(Vector128.ConditionalSelect(number, before + bits.Value.AsUInt32(), before).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpperHalves(FloatLane128 first, FloatLane128 second, ref byte destination) =>
        Vector128.Narrow(first.Value.AsUInt32() >> 16, second.Value.AsUInt32() >> 16).AsByte().StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Load64(ref readonly byte source) =>
        Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(in source)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Load32(ref readonly byte source) =>
        Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(in source)).AsByte();
}
