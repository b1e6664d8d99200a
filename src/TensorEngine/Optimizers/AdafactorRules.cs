using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Copies the gradient to the state.</summary>
internal readonly struct GradientRule : IUpdateRule1<GradientRule>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat copy)
        where TFloat : struct, IFloatLane<TFloat> => copy = g;
}

/// <summary>Updates the variance v of single elements and computes the direction u.</summary>
internal readonly struct VarianceRule(AdafactorOptions options, double share) : IUpdateRule2<VarianceRule>
{
    private readonly Constant _share = new(share);
    private readonly Constant _kept = new(1 - share);
    private readonly Constant _floor = new(options.Epsilon1 * options.Epsilon1);
    private readonly Constant _flush = new(Flush.SquareBelow(1 - share, options.Epsilon1));
    private readonly Constant _flushRoot = new(Flush.RootBelow(share, options.Epsilon1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat v, ref TFloat u)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat root = Flush.Below(g, _flushRoot);
        v = TFloat.FusedMultiplyAdd(TFloat.Splat(_share) * root, root, TFloat.Splat(_kept) * Flush.Below(v, _flush));
        u = g / TFloat.Sqrt(TFloat.Max(v, TFloat.Splat(_floor)));
    }
}

/// <summary>g / sqrt(max(row * column, floor)) with one number for the row.</summary>
internal readonly struct DivideByRoot(double row, double floor, float smallestColumn) : IBinaryFunction
{
    private readonly Constant _row = new(row);
    private readonly Constant _floor = new(floor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Apply<TFloat>(TFloat g, TFloat column)
        where TFloat : struct, IFloatLane<TFloat> =>
        g / TFloat.Sqrt(TFloat.Max(TFloat.Splat(_row) * Flush.Below(column, smallestColumn), TFloat.Splat(_floor)));
}
