using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Normalizations;

/// <content>The gradient with respect to the rows.</content>
internal static partial class RowNormalization
{
    // Weighted gradients stay in the first-level cache.
    private const int Chunk = 1024;

    private readonly ref struct GradientRows<TCenter>(
        ReadOnlyMatrixSpan input,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> means,
        ReadOnlySpan<float> reciprocals,
        ReadOnlyMatrixSpan outputGradient,
        MatrixSpan inputGradient,
        bool accumulate,
        WorkParts parts) : IWork
        where TCenter : struct, IRowCenter
    {
        private readonly ReadOnlyMatrixSpan _input = input;
        private readonly ReadOnlySpan<float> _weight = weight;
        private readonly ReadOnlySpan<float> _means = means;
        private readonly ReadOnlySpan<float> _reciprocals = reciprocals;
        private readonly ReadOnlyMatrixSpan _outputGradient = outputGradient;
        private readonly MatrixSpan _inputGradient = inputGradient;

        public void Run(int part)
        {
            (int first, int count) = parts.Of(part);
            Span<float> weighted = stackalloc float[_weight.IsEmpty ? 0 : Math.Min(Chunk, _weight.Length)];
            for (int i = first; i < first + count; i++)
            {
                ReadOnlySpan<float> x = _input.RowSpan(i), g = _outputGradient.RowSpan(i);
                Span<float> dx = _inputGradient.RowSpan(i);
                float mean = TCenter.Kept(_means, i);
                double r = _reciprocals[i];
                double ofNormalized = _weight.IsEmpty
                    ? LaneSum.Of(new CenteredProducts(g, x, mean), x.Length)
                    : LaneSum.Of(new WeightedCenteredProducts(g, _weight, x, mean), x.Length);
                var slope = new Slope(mean, (float)r, (float)TCenter.MeanGradient(g, _weight), (float)(r * r * ofNormalized / x.Length));
                if (_weight.IsEmpty)
                {
                    GradientMap.Run(slope, x, g, dx, accumulate, workers: null);
                    continue;
                }

                for (int start = 0; start < x.Length; start += Chunk)
                {
                    int length = Math.Min(Chunk, x.Length - start);
                    Map.Run(default(Product), g.Slice(start, length), _weight.Slice(start, length), weighted[..length]);
                    GradientMap.Run(slope, x.Slice(start, length), weighted[..length], dx.Slice(start, length), accumulate, workers: null);
                }
            }
        }
    }

    private readonly struct Product : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> => left * right;
    }

    /// <summary>reciprocal * (gradient - mean of gradients - (input - mean) * what the deviation passes back).</summary>
    private readonly struct Slope(float mean, float reciprocal, float meanGradient, float ofDeviation) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat centered = right - TFloat.Splat(meanGradient);
            return TFloat.Splat(reciprocal)
                * TFloat.FusedMultiplyAdd(TFloat.Splat(-ofDeviation), left - TFloat.Splat(mean), centered);
        }
    }

    private readonly ref struct WeightedCenteredProducts(
        ReadOnlySpan<float> gradient, ReadOnlySpan<float> weight, ReadOnlySpan<float> values, double center) : ITerms
    {
        private readonly ref float _gradient = ref MemoryMarshal.GetReference(gradient);
        private readonly ref float _weight = ref MemoryMarshal.GetReference(weight);
        private readonly ref float _values = ref MemoryMarshal.GetReference(values);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TDouble At<TDouble>(nint index)
            where TDouble : struct, IDoubleLane<TDouble> =>
            TDouble.LoadFloats(in _gradient, index) * TDouble.LoadFloats(in _weight, index)
                * (TDouble.LoadFloats(in _values, index) - TDouble.Splat(center));
    }
}
