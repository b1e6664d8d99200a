using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics;

/// <summary>
/// from + weight * (to - from), with the difference and the sum each rounded once. If the difference of two finite values overflows, it is
/// (from - weight * from) + weight * to, which is finite for weights from 0 to 1.
/// </summary>
internal readonly struct Interpolation(double weight) : IBinaryFunction
{
    private readonly Constant _weight = new(weight);
    private readonly Constant _minusWeight = new(-weight);

    /// <summary>
    /// Interpolates from the nearer end, so that weight 0 gives <paramref name="from"/> and weight 1 gives <paramref name="to"/> even
    /// where the difference swallows the smaller of the two, as torch's lerp does. At weight 1/2, where torch starts from the other end,
    /// this starts from <paramref name="from"/>: a plain mean of two values has the formula of all later ones.
    /// </summary>
    /// <param name="weight">The position between <paramref name="from"/> to <paramref name="to"/>; from 0 to 1.</param>
    /// <param name="from">The values at weight 0.</param>
    /// <param name="to">The values at weight 1.</param>
    /// <param name="destination">Where the results go; it may be one of the two.</param>
    /// <param name="workers">The threads that share long work, or null to use the calling thread alone.</param>
    public static void Between(
        double weight, ReadOnlySpan<float> from, ReadOnlySpan<float> to, Span<float> destination, Workers? workers = null)
    {
        if (weight <= 0.5)
            Map.Run(new Interpolation(weight), from, to, destination, workers);
        else
            Map.Run(new Interpolation(1 - weight), to, from, destination, workers);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Apply<TFloat>(TFloat from, TFloat to)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat share = TFloat.Splat(_weight), difference = to - from;
        TFloat rest = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusWeight), from, from);
        return TFloat.SelectLess(
            TFloat.Splat(float.MaxValue),
            TFloat.Abs(difference),
            TFloat.FusedMultiplyAdd(share, to, rest),
            TFloat.FusedMultiplyAdd(share, difference, from));
    }
}
