using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// What an average keeps in a step: kept * average, as average - (1 - kept) * average for at least one half. The float nearest to 0.999 is
/// off by 1.3e-8, at every step in the same direction, that nearest to 0.001 by far less; below one half it is the other way round. Both
/// are one fused operation with two constants, so that the loop has no branch.
/// </summary>
internal readonly struct Retention
{
    private readonly Constant _factor;
    private readonly Constant _whole;

    /// <summary>Prepares both factors.</summary>
    /// <param name="kept">How much is kept; in [0, 1).</param>
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
