using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Compression;

/// <summary>
/// Keeps the upper 16 bits of each float. Zeros keep their sign, infinities and NaN are preserved, and no normal number becomes denormal. A
/// finite number above the largest number of 16 bits, 3.39e38, may become infinite.
/// </summary>
internal static class BFloat16Codes
{
    /// <summary>Decodes two adjacent registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TCode, TFloat>(ref readonly byte codes, nint index, out TFloat first, out TFloat second)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        ref byte start = ref Unsafe.Add(ref Unsafe.AsRef(in codes), index * sizeof(ushort));
        first = TCode.LoadUpperHalves(in start);
        second = TCode.LoadUpperHalves(in Unsafe.Add(ref start, TFloat.Width * sizeof(ushort)));
    }

    /// <summary>Encodes two adjacent registers, and advances the dither to the next ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TCode, TFloat>(TFloat first, TFloat second, ref TFloat noise, TFloat step, ref byte codes, nint index)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat secondNoise = TCode.AddHalves(noise, step);
        TCode.StoreUpperHalves(
            Dithered<TCode, TFloat>(first, noise),
            Dithered<TCode, TFloat>(second, secondNoise),
            ref Unsafe.Add(ref codes, index * sizeof(ushort)));
        noise = TCode.AddHalves(secondNoise, step);
    }

    // NaN would run over into the sign, and be a zero. Infinities have nothing below the bits that are kept.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Dithered<TCode, TFloat>(TFloat value, TFloat noise)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat> => TCode.AddBitsToNumbers(value, noise);

    public readonly ref struct Decoding(ref byte codes, ref float destination, int count) : ICodeKernel
    {
        private readonly ref byte _codes = ref codes;
        private readonly ref float _destination = ref destination;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TCode, TFloat>()
            where TCode : struct, ICodeLane<TFloat>
            where TFloat : struct, IFloatLane<TFloat>
        {
            ref byte from = ref _codes;
            ref float to = ref _destination;
            nint end = count;
            for (nint i = 0; i < end; i += TFloat.Width)
                TCode.LoadUpperHalves(in Unsafe.Add(ref from, sizeof(ushort) * i)).Store(ref to, i);
        }
    }

    public readonly ref struct Encoding(ref float source, ref byte codes, int count, uint dither) : ICodeKernel
    {
        private readonly ref float _source = ref source;
        private readonly ref byte _codes = ref codes;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TCode, TFloat>()
            where TCode : struct, ICodeLane<TFloat>
            where TFloat : struct, IFloatLane<TFloat>
        {
            ref float from = ref _source;
            ref byte to = ref _codes;
            nint end = count;
            TFloat noise = Dither.Register<TCode, TFloat>(dither), next = Dither.Next<TFloat>();
            for (nint i = 0; i < end; i += TFloat.Width)
            {
                TFloat dithered = Dithered<TCode, TFloat>(TFloat.Load(in from, i), noise);
                TCode.StoreUpperHalves(dithered, ref Unsafe.Add(ref to, sizeof(ushort) * i));
                noise = TCode.AddHalves(noise, next);
            }
        }
    }
}
