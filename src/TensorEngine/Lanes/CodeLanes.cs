using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TensorEngine.Lanes;

/// <summary>One code.</summary>
internal readonly struct CodeLane1 : ICodeLane<FloatLane1>
{
    public static FloatLane1 LoadUpperHalves(ref readonly byte source) =>
        FloatLane1.SplatBits((uint)Unsafe.ReadUnaligned<ushort>(in source) << 16);

    public static void StoreUpperHalves(FloatLane1 value, ref byte destination) =>
        Unsafe.WriteUnaligned(ref destination, (ushort)(Bits(value) >> 16));

    public static FloatLane1 LoadBytes(ref readonly byte source) => FloatLane1.SplatBits(source);

    public static FloatLane1 LoadSignedBytes(ref readonly byte source) => FloatLane1.SplatBits((uint)(sbyte)source);

    public static void StoreBytes(FloatLane1 value, ref byte destination) => destination = (byte)Bits(value);

    public static void StoreBytes(FloatLane1 first, FloatLane1 second, ref byte destination)
    {
        StoreBytes(first, ref destination);
        StoreBytes(second, ref Unsafe.Add(ref destination, 1));
    }

    public static FloatLane1 MaxBits(FloatLane1 left, FloatLane1 right) =>
        FloatLane1.SplatBits((uint)Math.Max((int)Bits(left), (int)Bits(right)));

    public static int LargestBits(FloatLane1 value) => (int)Bits(value);

    // On the integers: between two floats the compiler of .NET 10 chose the wrong one.
    public static FloatLane1 WhereNotZero(FloatLane1 code, FloatLane1 value) =>
        FloatLane1.SplatBits(Bits(code) == 0 ? 0 : Bits(value));

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
    public static void StoreBytes(FloatLane128 value, ref byte destination)
    {
        Vector128<uint> codes = value.Value.AsUInt32();
        Vector128<ushort> halves = Vector128.Narrow(codes, codes);
        Unsafe.WriteUnaligned(ref destination, Vector128.Narrow(halves, halves).AsUInt32().ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(FloatLane128 first, FloatLane128 second, ref byte destination)
    {
        StoreBytes(first, ref destination);
        StoreBytes(second, ref Unsafe.Add(ref destination, 4));
    }

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

/// <summary>8 codes.</summary>
internal readonly struct CodeLane256 : ICodeLane<FloatLane256>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 LoadUpperHalves(ref readonly byte source)
    {
        Vector128<ushort> halves = Vector128.LoadUnsafe(in source).AsUInt16();
        Vector256<uint> wide = Avx2.IsSupported
            ? Avx2.ConvertToVector256Int32(halves).AsUInt32()
            : Vector256.Create(Vector128.WidenLower(halves), Vector128.WidenUpper(halves));
        return new((wide << 16).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpperHalves(FloatLane256 value, ref byte destination) =>
        Halves(value.Value.AsUInt32() >> 16).AsByte().StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 LoadBytes(ref readonly byte source)
    {
        Vector128<byte> codes = Load64(in source);
        if (Avx2.IsSupported)
            return new(Avx2.ConvertToVector256Int32(codes).AsSingle());
        Vector128<ushort> halves = Vector128.WidenLower(codes);
        return new(Vector256.Create(Vector128.WidenLower(halves), Vector128.WidenUpper(halves)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 LoadSignedBytes(ref readonly byte source)
    {
        Vector128<sbyte> codes = Load64(in source).AsSByte();
        if (Avx2.IsSupported)
            return new(Avx2.ConvertToVector256Int32(codes).AsSingle());
        Vector128<short> halves = Vector128.WidenLower(codes);
        return new(Vector256.Create(Vector128.WidenLower(halves), Vector128.WidenUpper(halves)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(FloatLane256 value, ref byte destination)
    {
        Vector128<ushort> halves = Halves(value.Value.AsUInt32());
        Unsafe.WriteUnaligned(ref destination, Vector128.Narrow(halves, halves).AsUInt64().ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(FloatLane256 first, FloatLane256 second, ref byte destination)
    {
        StoreBytes(first, ref destination);
        StoreBytes(second, ref Unsafe.Add(ref destination, 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 MaxBits(FloatLane256 left, FloatLane256 right) =>
        new(Vector256.Max(left.Value.AsInt32(), right.Value.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LargestBits(FloatLane256 value)
    {
        Vector256<int> bits = value.Value.AsInt32();
        return CodeLane128.LargestBits(new(Vector128.Max(bits.GetLower(), bits.GetUpper()).AsSingle()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 WhereNotZero(FloatLane256 code, FloatLane256 value) =>
        new(Vector256.AndNot(value.Value, Vector256.Equals(code.Value.AsInt32(), Vector256<int>.Zero).AsSingle()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 Halves(uint first, uint step) =>
        new((Vector256.CreateSequence(first, step) & Vector256.Create(0xFFFFu)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 AddHalves(FloatLane256 left, FloatLane256 right) =>
        new((left.Value.AsUInt16() + right.Value.AsUInt16()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 AddBitsToNumbers(FloatLane256 value, FloatLane256 bits)
    {
        Vector256<uint> number = Vector256.LessThan(value.Value, Vector256.Create(float.PositiveInfinity)).AsUInt32();
        Vector256<uint> before = value.Value.AsUInt32();
        return new(Vector256.ConditionalSelect(number, before + bits.Value.AsUInt32(), before).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpperHalves(FloatLane256 first, FloatLane256 second, ref byte destination) =>
        Vector256.Narrow(first.Value.AsUInt32() >> 16, second.Value.AsUInt32() >> 16).AsByte().StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Halves(Vector256<uint> value) => Vector128.Narrow(value.GetLower(), value.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Load64(ref readonly byte source) =>
        Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(in source)).AsByte();
}

/// <summary>16 codes.</summary>
internal readonly struct CodeLane512 : ICodeLane<FloatLane512>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 LoadUpperHalves(ref readonly byte source) =>
        Avx512F.IsSupported
            ? new((Avx512F.ConvertToVector512UInt32(Vector256.LoadUnsafe(in source).AsUInt16()) << 16).AsSingle())
            : Join(CodeLane256.LoadUpperHalves(in source), CodeLane256.LoadUpperHalves(in Unsafe.Add(ref Unsafe.AsRef(in source), 16)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpperHalves(FloatLane512 value, ref byte destination)
    {
        Vector512<uint> halves = value.Value.AsUInt32() >> 16;
        Vector256<ushort> codes = Avx512F.IsSupported
            ? Avx512F.ConvertToVector256UInt16(halves)
            : Vector256.Narrow(halves.GetLower(), halves.GetUpper());
        codes.AsByte().StoreUnsafe(ref destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 LoadBytes(ref readonly byte source) =>
        Avx512F.IsSupported
            ? new(Avx512F.ConvertToVector512UInt32(Vector128.LoadUnsafe(in source)).AsSingle())
            : Join(CodeLane256.LoadBytes(in source), CodeLane256.LoadBytes(in Unsafe.Add(ref Unsafe.AsRef(in source), 8)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 LoadSignedBytes(ref readonly byte source) =>
        Avx512F.IsSupported
            ? new(Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(in source).AsSByte()).AsSingle())
            : Join(CodeLane256.LoadSignedBytes(in source), CodeLane256.LoadSignedBytes(in Unsafe.Add(ref Unsafe.AsRef(in source), 8)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(FloatLane512 value, ref byte destination)
    {
        Vector512<uint> codes = value.Value.AsUInt32();
        if (Avx512F.IsSupported)
        {
            Avx512F.ConvertToVector128Byte(codes).StoreUnsafe(ref destination);
            return;
        }

        Vector256<ushort> halves = Vector256.Narrow(codes.GetLower(), codes.GetUpper());
        Vector128.Narrow(halves.GetLower(), halves.GetUpper()).StoreUnsafe(ref destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(FloatLane512 first, FloatLane512 second, ref byte destination)
    {
        if (Avx512Vbmi.IsSupported)
        {
            Avx512Vbmi.PermuteVar64x8x2(first.Value.AsByte(), Vector512<byte>.Indices << 2, second.Value.AsByte())
                .GetLower().StoreUnsafe(ref destination);
            return;
        }

        StoreBytes(first, ref destination);
        StoreBytes(second, ref Unsafe.Add(ref destination, 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 MaxBits(FloatLane512 left, FloatLane512 right) =>
        new(Vector512.Max(left.Value.AsInt32(), right.Value.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LargestBits(FloatLane512 value)
    {
        Vector512<int> bits = value.Value.AsInt32();
        return CodeLane256.LargestBits(new(Vector256.Max(bits.GetLower(), bits.GetUpper()).AsSingle()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 WhereNotZero(FloatLane512 code, FloatLane512 value) =>
        new(Vector512.ConditionalSelect(
            Vector512.Equals(code.Value.AsInt32(), Vector512<int>.Zero).AsSingle(), Vector512<float>.Zero, value.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 Halves(uint first, uint step) =>
        new((Vector512.CreateSequence(first, step) & Vector512.Create(0xFFFFu)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 AddHalves(FloatLane512 left, FloatLane512 right) =>
        new((left.Value.AsUInt16() + right.Value.AsUInt16()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 AddBitsToNumbers(FloatLane512 value, FloatLane512 bits)
    {
        Vector512<uint> number = Vector512.LessThan(value.Value, Vector512.Create(float.PositiveInfinity)).AsUInt32();
        Vector512<uint> before = value.Value.AsUInt32();
        return new(Vector512.ConditionalSelect(number, before + bits.Value.AsUInt32(), before).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpperHalves(FloatLane512 first, FloatLane512 second, ref byte destination) =>
        (Avx512BW.IsSupported
            ? Avx512BW.PermuteVar32x16x2(
                first.Value.AsUInt16(), (Vector512<ushort>.Indices << 1) + Vector512<ushort>.One, second.Value.AsUInt16())
            : Vector512.Narrow(first.Value.AsUInt32() >> 16, second.Value.AsUInt32() >> 16)).AsByte().StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FloatLane512 Join(FloatLane256 lower, FloatLane256 upper) => new(Vector512.Create(lower.Value, upper.Value));
}
