using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Activations;

/// <content>The results computed from the sums of few classes.</content>
public static partial class Softmax
{
    /// <summary>
    /// From the sums of the exponentials of 64 rows: their floats, what these lack, and the factors and slopes of the gradients. Several
    /// rows share each of the four divisions.
    /// </summary>
    private ref struct FewSlopes(ReadOnlySpan<double> sums, Span<double> doubles, Span<float> floats, int scale) : IDoubleKernel
    {
        private readonly ReadOnlySpan<double> _sums = sums;

        /// <summary>The exponentials at the labels, to be set.</summary>
        public readonly Span<double> AtLabels = doubles[..RowsOfFew];

        /// <summary>What the float of a sum lacks, over the sum.</summary>
        public readonly Span<double> Rests = doubles[RowsOfFew..];

        /// <summary>The floats of the sums.</summary>
        public readonly Span<float> Sums = floats[..RowsOfFew];

        /// <summary>By which the exponentials of a row are multiplied.</summary>
        public readonly Span<float> Factors = floats[RowsOfFew..(2 * RowsOfFew)];

        /// <summary>The gradients at the labels.</summary>
        public readonly Span<float> Slopes = floats[(2 * RowsOfFew)..];

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TDouble>()
            where TDouble : struct, IDoubleLane<TDouble>
        {
            ref readonly double all = ref MemoryMarshal.GetReference(_sums), atLabels = ref MemoryMarshal.GetReference(AtLabels);
            ref double rests = ref MemoryMarshal.GetReference(Rests);
            ref float narrowed = ref MemoryMarshal.GetReference(Sums), factors = ref MemoryMarshal.GetReference(Factors);
            ref float slopes = ref MemoryMarshal.GetReference(Slopes);
            TDouble one = TDouble.Splat(1), scales = TDouble.Splat(scale);
            for (nint row = 0; row < RowsOfFew; row += TDouble.Width)
            {
                TDouble sum = TDouble.Load(in all, row);
                sum.StoreFloats(ref narrowed, row);
                ((sum - TDouble.LoadFloats(in narrowed, row)) / sum).Store(ref rests, row);
                (one / (sum * scales)).StoreFloats(ref factors, row);
                ((TDouble.Load(in atLabels, row) / sum - one) / scales).StoreFloats(ref slopes, row);
            }
        }
    }
}
