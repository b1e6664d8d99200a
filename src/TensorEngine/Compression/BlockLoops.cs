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
            TFloat zero = TFloat.SplatBits(BlockScale.Zero(Unsafe.Add(ref scale, start >> Codings.BlockBits), TBlock.Binades));
            if (TFloat.Width == Codings.Block / 2)
            {
                TBlock.Decode<TCode, TFloat>(in Unsafe.Add(ref from, start), zero).Store(ref to, start);
                TBlock.Decode<TCode, TFloat>(in Unsafe.Add(ref from, start + TFloat.Width), zero).Store(ref to, start + TFloat.Width);
                continue;
            }

            for (nint i = start; i < start + Codings.Block; i += TFloat.Width)
                TBlock.Decode<TCode, TFloat>(in Unsafe.Add(ref from, i), zero).Store(ref to, i);
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
                TFloat first = TFloat.Load(in from, start), second = TFloat.Load(in from, start + TFloat.Width);
                BlockCodes.Store<TBlock, TCode, TFloat>(first, second, ref noise, next, ref Unsafe.Add(ref to, start), ref scale);
                continue;
            }

            TFloat largest = TFloat.Splat(0f);
            for (nint i = start; i < start + Codings.Block; i += TFloat.Width)
                largest = TCode.MaxBits(largest, TFloat.Abs(TFloat.Load(in from, i)));
            bool isFinite = BlockScale.IsFinite(TCode.LargestBits(largest), TBlock.Binades, out int found);
            scale = isFinite ? (byte)found : (byte)BlockScale.NotFinite;
            TFloat zero = TFloat.SplatBits(BlockScale.Zero(scale, TBlock.Binades));
            for (nint i = start; i < start + Codings.Block; i += TFloat.Width)
            {
                TFloat value = TFloat.Load(in from, i);
                TFloat code = isFinite ? TBlock.Encode<TCode, TFloat>(value, noise, zero) : BlockSum.NotFinite<TCode, TFloat>(value);
                TCode.StoreHighBytes(code, ref Unsafe.Add(ref to, i));
                noise = TCode.AddHalves(noise, next);
            }
        }
    }
}
