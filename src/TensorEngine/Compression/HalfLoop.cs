using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Compression;

/// <summary>An operation at one index of halves and floats.</summary>
internal interface IHalfOperation
{
    static abstract void Apply<TCode, TFloat>(ref byte halves, ref float floats, nint index)
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>The loop over halves and the same number of floats, of any length.</summary>
internal readonly ref struct HalfLoop<TOperation> : ICodeKernel, IWork
    where TOperation : struct, IHalfOperation
{
    // About what it takes inside the caches; whether to share work need not be known better.
    private const double NanosecondsPerElement = 0.1;

    // Parts start where a page of 4096 bytes could.
    private const int PartUnit = 2048;

    private readonly ref byte _halves;
    private readonly ref float _floats;
    private readonly int _length;
    private readonly WorkParts _parts;

    public HalfLoop(ref ushort halves, ref float floats, int length, Workers? workers)
        : this(
            ref Unsafe.As<ushort, byte>(ref halves),
            ref floats,
            length,
            Workers.Divide(workers, length, NanosecondsPerElement, PartUnit))
    {
    }

    private HalfLoop(ref byte halves, ref float floats, int length, WorkParts parts)
    {
        _halves = ref halves;
        _floats = ref floats;
        _length = length;
        _parts = parts;
    }

    public void RunAll(Workers? workers)
    {
        HalfLoop<TOperation> own = this;
        Workers.Run(workers, ref own, _parts.Count);
    }

    public void Run(int part)
    {
        (int start, int length) = _parts.Of(part);
        var own = new HalfLoop<TOperation>(
            ref Unsafe.Add(ref _halves, (nint)start * sizeof(ushort)), ref Unsafe.Add(ref _floats, start), length, default);
        LaneDispatch.Code(ref own, LaneWidth.Current);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TCode, TFloat>()
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>
    {
        ref byte halves = ref _halves;
        ref float floats = ref _floats;
        nint i = 0, end = _length;
        for (; i <= end - TFloat.Width; i += TFloat.Width)
            TOperation.Apply<TCode, TFloat>(ref Unsafe.Add(ref halves, i * sizeof(ushort)), ref floats, i);
        for (; i < end; i++)
            TOperation.Apply<CodeLane1, FloatLane1>(ref Unsafe.Add(ref halves, i * sizeof(ushort)), ref floats, i);
    }
}
