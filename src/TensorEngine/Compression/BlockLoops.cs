using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Compression;

/// <summary>Decodes whole blocks.</summary>
internal readonly ref struct BlockDecoding<TBlock>(ref byte codes, ref byte scales, ref float destination, int count) : ICodeKernel
    where TBlock : struct, IBlockCodes
{
    private readonly ref byte _codes = ref codes;
    private readonly ref byte _scales = ref scales;
    private readonly ref float _destination = ref destination;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TCode, TFloat>()
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        ref byte from = ref _codes, scale = ref _scales;
        ref float to = ref _destination;
        nint end = count;
        for (nint start = 0; start < end; start += Codings.Block)
        {
            TFloat zeroCode = TFloat.SplatBits(BlockScale.Base(Unsafe.Add(ref scale, start >> Codings.BlockBits)));
            for (nint i = start; i < start + Codings.Block; i += TFloat.Width)
                TBlock.Decode<TCode, TFloat>(in Unsafe.Add(ref from, i), zeroCode).Store(ref to, i);
        }
    }
}

/// <summary>Encodes whole blocks.</summary>
internal readonly ref struct BlockEncoding<TBlock>(ref float source, ref byte codes, ref byte scales, int count, uint dither) : ICodeKernel
    where TBlock : struct, IBlockCodes
{
    private readonly ref float _source = ref source;
    private readonly ref byte _codes = ref codes;
    private readonly ref byte _scales = ref scales;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TCode, TFloat>()
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        ref float from = ref _source;
        ref byte to = ref _codes, firstScale = ref _scales;
        nint end = count;
        TFloat noise = Dither.Register<TCode, TFloat>(dither), next = Dither.Next<TFloat>();
        for (nint start = 0; start < end; start += Codings.Block)
        {
            ref byte scale = ref Unsafe.Add(ref firstScale, start >> Codings.BlockBits);
            if (TFloat.Width == Codings.Block / 2)
            {
                // The block in two registers: no loops within the loop, and each element is loaded once.
                TFloat first = TFloat.Load(in from, start), second = TFloat.Load(in from, start + TFloat.Width);
                BlockBounds<TFloat> both = Bounds<TCode, TFloat>(TCode.MaxBits(TFloat.Abs(first), TFloat.Abs(second)), ref scale);
                TFloat secondNoise = TCode.AddHalves(noise, next);
                TCode.StoreBytes(
                    TBlock.Encode<TCode, TFloat>(first, noise, both),
                    TBlock.Encode<TCode, TFloat>(second, secondNoise, both),
                    ref Unsafe.Add(ref to, start));
                noise = TCode.AddHalves(secondNoise, next);
                continue;
            }

            TFloat largest = TFloat.Splat(0f);
            for (nint i = start; i < start + Codings.Block; i += TFloat.Width)
                largest = TCode.MaxBits(largest, TFloat.Abs(TFloat.Load(in from, i)));
            BlockBounds<TFloat> bounds = Bounds<TCode, TFloat>(largest, ref scale);
            for (nint i = start; i < start + Codings.Block; i += TFloat.Width)
            {
                TCode.StoreBytes(TBlock.Encode<TCode, TFloat>(TFloat.Load(in from, i), noise, bounds), ref Unsafe.Add(ref to, i));
                noise = TCode.AddHalves(noise, next);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static BlockBounds<TFloat> Bounds<TCode, TFloat>(TFloat largest, ref byte scale)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        int found = TBlock.Scale(TCode.LargestBits(largest));
        scale = (byte)found;
        return TBlock.Bounds<TFloat>(found);
    }
}
