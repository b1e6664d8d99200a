using System.Runtime.CompilerServices;

namespace TensorEngine.Lanes;

/// <summary>A kernel over float lanes.</summary>
internal interface IFloatKernel
{
    void Run<TFloat>()
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>A kernel of the matrix product.</summary>
internal interface ITileKernel
{
    void Run<TFloat>()
        where TFloat : struct, ITileLane<TFloat>;
}

/// <summary>A kernel over codes and the float lanes they represent.</summary>
internal interface ICodeKernel
{
    void Run<TCode, TFloat>()
        where TCode : struct, ICodeLane<TFloat>
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>A kernel over double lanes.</summary>
internal interface IDoubleKernel
{
    void Run<TDouble>()
        where TDouble : struct, IDoubleLane<TDouble>;
}

/// <summary>A kernel over counters and the float lanes they are converted to.</summary>
internal interface ICounterKernel
{
    void Run<TCounter, TFloat>()
        where TCounter : struct, ICounterLane<TCounter, TFloat>
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>The one place that goes from <see cref="LaneWidth.Current"/> to lane types.</summary>
internal static class LaneDispatch
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Float<TKernel>(ref TKernel kernel)
        where TKernel : struct, IFloatKernel, allows ref struct => Float(ref kernel, LaneWidth.Current);

    /// <summary>Runs a kernel at a given width, leaving <see cref="LaneWidth.Current"/> unchanged for all others.</summary>
    public static void Float<TKernel>(ref TKernel kernel, int width)
        where TKernel : struct, IFloatKernel, allows ref struct
    {
        switch (width)
        {
            case 16: kernel.Run<FloatLane512>(); break;
            case 8: kernel.Run<FloatLane256>(); break;
            case 4: kernel.Run<FloatLane128>(); break;
            default: kernel.Run<FloatLane1>(); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Elements<TOperation>(scoped in TOperation operation, nint index, nint end)
        where TOperation : struct, IElementOperation, allows ref struct => Elements(operation, index, end, LaneWidth.Current);

    /// <summary>Runs a kernel at a given width, leaving <see cref="LaneWidth.Current"/> unchanged for all others.</summary>
    public static void Elements<TOperation>(scoped in TOperation operation, nint index, nint end, int width)
        where TOperation : struct, IElementOperation, allows ref struct
    {
        switch (width)
        {
            case 16: ElementLoop.Run<FloatLane512, TOperation>(operation, index, end); break;
            case 8: ElementLoop.Run<FloatLane256, TOperation>(operation, index, end); break;
            case 4: ElementLoop.Run<FloatLane128, TOperation>(operation, index, end); break;
            default: ElementLoop.Run<FloatLane1, TOperation>(operation, index, end); break;
        }
    }

    public static void Tile<TKernel>(ref TKernel kernel)
        where TKernel : struct, ITileKernel, allows ref struct
    {
        switch (LaneWidth.Current)
        {
            case 16: kernel.Run<FloatLane512>(); break;
            case 8: kernel.Run<FloatLane256>(); break;
            case 4: kernel.Run<FloatLane128>(); break;
            default: kernel.Run<FloatLane1>(); break;
        }
    }

    /// <summary>Runs a kernel whose elements come in groups of eight.</summary>
    public static void FloatUpTo8<TKernel>(ref TKernel kernel)
        where TKernel : struct, IFloatKernel, allows ref struct
    {
        if (LaneWidth.Current == 16)
            kernel.Run<FloatLane256>();
        else
            Float(ref kernel);
    }

    public static void Double<TKernel>(ref TKernel kernel)
        where TKernel : struct, IDoubleKernel, allows ref struct
    {
        switch (LaneWidth.Current)
        {
            case 16: kernel.Run<DoubleLane512>(); break;
            case 8: kernel.Run<DoubleLane256>(); break;
            case 4: kernel.Run<DoubleLane128>(); break;
            default: kernel.Run<DoubleLane1>(); break;
        }
    }

    public static void Counter<TKernel>(ref TKernel kernel)
        where TKernel : struct, ICounterKernel, allows ref struct
    {
        switch (LaneWidth.Current)
        {
            case 16: kernel.Run<CounterLane512, FloatLane512>(); break;
            case 8: kernel.Run<CounterLane256, FloatLane256>(); break;
            case 4: kernel.Run<CounterLane128, FloatLane128>(); break;
            default: kernel.Run<CounterLane1, FloatLane1>(); break;
        }
    }

    /// <summary>Runs a kernel at a given width, leaving <see cref="LaneWidth.Current"/> unchanged for all others.</summary>
    public static void Code<TKernel>(ref TKernel kernel, int width)
        where TKernel : struct, ICodeKernel, allows ref struct
    {
        switch (width)
        {
            case 16: kernel.Run<CodeLane512, FloatLane512>(); break;
            case 8: kernel.Run<CodeLane256, FloatLane256>(); break;
            case 4: kernel.Run<CodeLane128, FloatLane128>(); break;
            default: kernel.Run<CodeLane1, FloatLane1>(); break;
        }
    }
}
