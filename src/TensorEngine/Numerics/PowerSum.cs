using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Numerics;

/// <summary>Sums of powers of magnitudes, in the shape of <see cref="Reduction"/>.</summary>
internal static class PowerSum
{
    /// <summary>The sum of all magnitudes.</summary>
    public static double OfMagnitudes(ReadOnlySpan<float> values, Workers? workers) =>
        LaneSum.Of(new FloatTerms<Magnitude>(values), values.Length, workers);

    /// <summary>
    /// The sum of (|value| / largest)^power; each term is a float, by the exponential function of the logarithm, off by at most
    /// 1.5 + power units in its last place.
    /// </summary>
    public static double Of(ReadOnlySpan<float> values, double power, float largest, Workers? workers) =>
        PairwiseTree.Sum(new Blocks(values, power, largest), values.Length, LaneSum.Block, 8 * LaneSum.NanosecondsPerElement, workers);

    private readonly ref struct Blocks(ReadOnlySpan<float> values, double power, float largest) : IBlockSums
    {
        private readonly ReadOnlySpan<float> _values = values;

        public double Sum(int start, int length)
        {
            Span<float> terms = stackalloc float[length];
            Map.Run(new RelativePower(power, largest), _values.Slice(start, length), terms);
            return LaneSum.Of(new FloatTerms<Identity>(terms), length);
        }
    }

    private readonly struct RelativePower(double power, float largest) : IUnaryFunction
    {
        private readonly float _power = (float)power;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> =>
            Elementary.Exp(TFloat.Splat(_power) * Elementary.Log(TFloat.Abs(value) / TFloat.Splat(largest)));
    }
}
