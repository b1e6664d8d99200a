using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics;

/// <summary>Computes linear combinations of buffers, each in one pass, with the same bits at every width and number of threads.</summary>
/// <remarks>NaN and infinities propagate. A call allocates nothing.</remarks>
public static class Combine
{
    /// <summary>
    /// values = values + factor * direction, in place, each element rounded once. If the factor is beyond the range of normal floats,
    /// products within the range are still correct.
    /// </summary>
    /// <param name="values">Any length; if it is 0, nothing is done.</param>
    /// <param name="factor">The factor, rounded to the nearest float.</param>
    /// <param name="direction">
    /// As long as <paramref name="values"/>; may be the same memory, but may not overlap it otherwise.
    /// </param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap without being the same memory.</exception>
    public static void AddScaled(Span<float> values, double factor, ReadOnlySpan<float> direction, Workers? workers = null)
    {
        Require.SameLength(direction, values);
        Require.SameOrApart(direction, values);
        if (FarFactor.IsFar(factor))
            Map.Run(new FarScaledSum(factor), values, direction, values, workers);
        else
            Map.Run(new ScaledSum(factor), values, direction, values, workers);
    }

    /// <summary>
    /// output = from + weight * (to - from), from the nearer end: <paramref name="from"/> for a weight of 0, <paramref name="to"/> for a
    /// weight of 1, and for one above 1/2 it is to + (1 - weight) * (from - to), as torch.lerp. The difference and the sum are each
    /// rounded once; where the difference of finite values would overflow, the result is (from - weight * from) + weight * to instead.
    /// </summary>
    /// <param name="from">Any length; if it is 0, nothing is done.</param>
    /// <param name="to">As long as <paramref name="from"/>.</param>
    /// <param name="weight">
    /// The position between <paramref name="from"/> to <paramref name="to"/>, rounded to the nearest float.
    /// </param>
    /// <param name="output">
    /// As long as <paramref name="from"/>; may be the same memory as an operand, but may not overlap one otherwise.
    /// </param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// The lengths differ, or <paramref name="output"/> overlaps an operand without being the same memory.
    /// </exception>
    public static void Interpolate(
        ReadOnlySpan<float> from, ReadOnlySpan<float> to, double weight, Span<float> output, Workers? workers = null)
    {
        Require.SameLength(to, from);
        Require.SameLength(output, from);
        Require.SameOrApart(output, from);
        Require.SameOrApart(output, to);
        Interpolation.Between(weight, from, to, output, workers);
    }

    private readonly struct ScaledSum(double factor) : IBinaryFunction
    {
        private readonly Constant _factor = new(factor);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value, TFloat direction)
            where TFloat : struct, IFloatLane<TFloat> => TFloat.FusedMultiplyAdd(TFloat.Splat(_factor), direction, value);
    }

    private readonly struct FarScaledSum(double factor) : IBinaryFunction
    {
        private readonly FarFactor _factor = new(factor);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value, TFloat direction)
            where TFloat : struct, IFloatLane<TFloat> => _factor.TimesPlus(direction, value);
    }
}
