using System.Runtime.CompilerServices;
using TensorEngine.Compression;
using TensorEngine.Lanes;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>The values and gradients that a loop over two registers at a time works on: floats, or bf16.</summary>
internal readonly ref struct SteppedElements
{
    private readonly ref float _values;
    private readonly ref float _gradients;
    private readonly bool _areHalves;
    private readonly bool _clears;
    private readonly uint _dither;

    public SteppedElements(scoped in SweepBuffers buffers, Segment piece)
    {
        nint size = buffers.HasHalves ? sizeof(ushort) : sizeof(float);
        _values = ref Unsafe.AddByteOffset(ref buffers.Values, piece.Offset * size);
        _gradients = ref Unsafe.AddByteOffset(ref buffers.Gradients, piece.Offset * size);
        _areHalves = buffers.HasHalves;
        _clears = buffers.ClearGradients;
        _dither = Dither.OfValues(piece.Index, buffers.Number);
    }

    /// <summary>The dither of the first values.</summary>
    public TFloat Noise<TCode, TFloat>()
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat> => Dither.Register<TCode, TFloat>(_dither);

    /// <summary>Loads values and gradients, and leaves 0 behind if gradients are to be cleared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Load<TCode, TFloat>(
        in ScaledGradient source, nint index, out TFloat p0, out TFloat p1, out TFloat g0, out TFloat g1)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        nint next = index + TFloat.Width;
        if (_areHalves)
        {
            ref byte gradients = ref Unsafe.As<float, byte>(ref _gradients);
            BFloat16Codes.Load<TCode, TFloat>(ref Unsafe.As<float, byte>(ref _values), index, out p0, out p1);
            BFloat16Codes.Load<TCode, TFloat>(ref gradients, index, out g0, out g1);
            if (_clears)
                TCode.StoreUpperHalves(TFloat.Splat(0f), TFloat.Splat(0f), ref Unsafe.Add(ref gradients, index * sizeof(ushort)));
        }
        else
        {
            (p0, p1) = (TFloat.Load(ref _values, index), TFloat.Load(ref _values, next));
            (g0, g1) = (TFloat.Load(ref _gradients, index), TFloat.Load(ref _gradients, next));
            if (_clears)
            {
                TFloat.Splat(0f).Store(ref _gradients, index);
                TFloat.Splat(0f).Store(ref _gradients, next);
            }
        }

        (g0, g1) = (source.Scale(g0), source.Scale(g1));
    }

    /// <summary>Stores values, bf16 dithered, and goes on to the dither of the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TCode, TFloat>(TFloat p0, TFloat p1, ref TFloat noise, TFloat step, nint index)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        if (_areHalves)
        {
            BFloat16Codes.Store<TCode, TFloat>(p0, p1, ref noise, step, ref Unsafe.As<float, byte>(ref _values), index);
            return;
        }

        p0.Store(ref _values, index);
        p1.Store(ref _values, index + TFloat.Width);
    }
}
