using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// The part of an average that a step keeps: kept * average, computed as average - (1 - kept) * average for a decay rate of at least one
/// half. The float nearest to 0.999 is off by 1.3e-8, in the same direction at every step, and the float nearest to 0.001 by far less;
/// below one half it is the other way round. Both forms are one fused operation with two constants, so that the loop has no branch.
/// </summary>
internal readonly struct Retention
{
    private readonly Constant _factor;
    private readonly Constant _whole;

    /// <summary>Computes both factors.</summary>
    /// <param name="kept">The decay rate; in [0, 1).</param>
    public Retention(double kept)
    {
        bool loses = kept >= 0.5;
        _factor = new(loses ? -(1 - kept) : kept);
        _whole = new(loses ? 1 : 0);
    }

    /// <summary>kept * average; NaN for an infinite average.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Of<TFloat>(TFloat average)
        where TFloat : struct, IFloatLane<TFloat> =>
        TFloat.FusedMultiplyAdd(TFloat.Splat(_factor), average, TFloat.Splat(_whole) * average);
}
