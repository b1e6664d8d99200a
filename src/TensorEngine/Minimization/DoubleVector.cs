using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;

namespace TensorEngine.Minimization;

/// <summary>
/// Vector operations for optimization in double, with the same bits at every width: sums have the shape of
/// <see cref="Reduction"/>, though with 32 virtual lanes.
/// </summary>
internal static class DoubleVector
{
    /// <summary>The distance from 1 to the next double.</summary>
    public const double Epsilon = 2.220446049250313e-16;

    private const int Lanes = 32;
    private const int Block = 4096;

    /// <summary>The sum of the products of corresponding elements, each rounded before it is added.</summary>
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right) =>
        PairwiseTree.Sum(new Products(left, right), left.Length, Block);

    /// <summary>target + factor * direction into <paramref name="destination"/>, which may be either; rounded once.</summary>
    public static void Move(ReadOnlySpan<double> target, double factor, ReadOnlySpan<double> direction, Span<double> destination) =>
        TensorPrimitives.FusedMultiplyAdd(direction, factor, target, destination);

    /// <summary>The largest magnitude, NaN if an element is; 0 for none.</summary>
    public static double LargestMagnitude(ReadOnlySpan<double> values) =>
        values.IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(values));

    /// <summary>The sum of the magnitudes, one after the other.</summary>
    public static double SumOfMagnitudes(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += Math.Abs(value);
        return sum;
    }

    /// <summary>The sum of the products of corresponding elements, one after the other, for vectors of a few.</summary>
    public static double DotInOrder(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
            sum = Math.FusedMultiplyAdd(left[i], right[i], sum);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double OverLanes(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        Span<double> lanes = stackalloc double[Lanes];
        lanes.Clear();
        var kernel = new LaneKernel(left, right, lanes);
        LaneDispatch.Double(ref kernel);
        for (int half = Lanes / 2; half > 0; half /= 2)
        {
            for (int lane = 0; lane < half; lane++)
                lanes[lane] += lanes[lane + half];
        }

        return lanes[0];
    }

    private readonly ref struct Products(ReadOnlySpan<double> left, ReadOnlySpan<double> right) : IBlockSums
    {
        private readonly ReadOnlySpan<double> _left = left;
        private readonly ReadOnlySpan<double> _right = right;

        public double Sum(int start, int length) => OverLanes(_left.Slice(start, length), _right.Slice(start, length));
    }

    private readonly ref struct LaneKernel(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> lanes) : IDoubleKernel
    {
        private readonly ReadOnlySpan<double> _left = left;
        private readonly ReadOnlySpan<double> _right = right;
        private readonly Span<double> _lanes = lanes;

        public void Run<TDouble>()
            where TDouble : struct, IDoubleLane<TDouble>
        {
            int whole = _left.Length / Lanes * Lanes;
            // Two registers of sums at a time; what is narrower than 16 doubles goes over the block several times.
            for (int first = 0; first < Lanes; first += 2 * TDouble.Width)
            {
                TwoRegisters<TDouble>(
                    ref MemoryMarshal.GetReference(_left),
                    ref MemoryMarshal.GetReference(_right),
                    first,
                    whole,
                    ref MemoryMarshal.GetReference(_lanes));
            }

            for (int i = whole; i < _left.Length; i++)
                _lanes[i - whole] += _left[i] * _right[i];
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void TwoRegisters<TDouble>(ref double left, ref double right, nint first, nint length, ref double lanes)
            where TDouble : struct, IDoubleLane<TDouble>
        {
            nint width = TDouble.Width;
            TDouble s0 = default, s1 = default;
            for (nint i = first; i < length; i += Lanes)
            {
                s0 += TDouble.Load(in left, i) * TDouble.Load(in right, i);
                s1 += TDouble.Load(in left, i + width) * TDouble.Load(in right, i + width);
            }

            s0.Store(ref lanes, first);
            s1.Store(ref lanes, first + width);
        }
    }
}
