using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TensorEngine.Lanes;

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
    public static void StoreHighBytes(FloatLane256 value, ref byte destination)
    {
        Vector128<ushort> halves = Halves(value.Value.AsUInt32() >> 24);
        Unsafe.WriteUnaligned(ref destination, Vector128.Narrow(halves, halves).AsUInt64().ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHighBytes(FloatLane256 first, FloatLane256 second, ref byte destination)
    {
        StoreHighBytes(first, ref destination);
        StoreHighBytes(second, ref Unsafe.Add(ref destination, 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane256 MinBits(FloatLane256 left, FloatLane256 right) =>
        new(Vector256.Min(left.Value.AsInt32(), right.Value.AsInt32()).AsSingle());

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
    public static void StoreHighBytes(FloatLane512 value, ref byte destination)
    {
        Vector512<uint> codes = value.Value.AsUInt32() >> 24;
        if (Avx512F.IsSupported)
        {
            Avx512F.ConvertToVector128Byte(codes).StoreUnsafe(ref destination);
            return;
        }

        Vector256<ushort> halves = Vector256.Narrow(codes.GetLower(), codes.GetUpper());
        Vector128.Narrow(halves.GetLower(), halves.GetUpper()).StoreUnsafe(ref destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHighBytes(FloatLane512 first, FloatLane512 second, ref byte destination)
    {
        if (Avx512Vbmi.IsSupported)
        {
            Vector512<byte> highest = (Vector512<byte>.Indices << 2) + Vector512.Create((byte)3);
            Avx512Vbmi.PermuteVar64x8x2(first.Value.AsByte(), highest, second.Value.AsByte()).GetLower().StoreUnsafe(ref destination);
            return;
        }

        StoreHighBytes(first, ref destination);
        StoreHighBytes(second, ref Unsafe.Add(ref destination, 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane512 MinBits(FloatLane512 left, FloatLane512 right) =>
        new(Vector512.Min(left.Value.AsInt32(), right.Value.AsInt32()).AsSingle());

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
