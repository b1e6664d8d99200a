using TensorEngine.Lanes;
using TensorEngine.Numerics;

namespace TensorEngine.Autograd.Operations;

/// <content>Batch norm of one channel, whose elements are contiguous. Channels are distributed over threads.</content>
public static partial class Functional
{
    /// <summary>The mean and variance that channels are normalized by.</summary>
    private readonly ref struct Statistics(
        Span<float> runningMean, Span<float> runningVariance, bool trains, double momentum, double epsilon)
    {
        private readonly Span<float> _runningMean = runningMean;
        private readonly Span<float> _runningVariance = runningVariance;

        /// <summary>Normalizes a channel in place, and returns the factor.</summary>
        public float Normalize(Span<float> elements, int channel)
        {
            double mean = trains ? Reduction.Sum(elements) / elements.Length : _runningMean[channel];
            Map.Run(new Shift(-mean), elements, elements);
            double squares = trains ? Reduction.SquaredNorm(elements) : 0;
            double variance = trains ? squares / elements.Length : _runningVariance[channel];
            float factor = (float)(1 / Math.Sqrt(variance + epsilon));
            Map.Run(new Factor(factor), elements, elements);
            if (trains)
            {
                Move(ref _runningMean[channel], mean);
                Move(ref _runningVariance[channel], squares / (elements.Length - 1));
            }

            return factor;
        }

        private void Move(ref float running, double statistic) => running = (float)((1 - momentum) * running + momentum * statistic);
    }

    private readonly ref struct Channels(
        Statistics statistics,
        Span<float> normalized,
        Span<float> factors,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        Span<float> output) : IWork
    {
        private readonly Statistics _statistics = statistics;
        private readonly Span<float> _normalized = normalized;
        private readonly Span<float> _factors = factors;
        private readonly ReadOnlySpan<float> _weight = weight;
        private readonly ReadOnlySpan<float> _bias = bias;
        private readonly Span<float> _output = output;

        public void Run(int part)
        {
            int length = _normalized.Length / _factors.Length;
            Span<float> elements = _normalized.Slice(part * length, length);
            _factors[part] = _statistics.Normalize(elements, part);
            var affine = new Affine(_weight.IsEmpty ? 1 : _weight[part], _bias.IsEmpty ? 0 : _bias[part]);
            Map.Run(affine, elements, _output.Slice(part * length, length));
        }
    }

    private readonly ref struct ChannelGradients(
        bool trains,
        ReadOnlySpan<float> normalized,
        ReadOnlySpan<float> factors,
        ReadOnlySpan<float> weight,
        Span<float> gradients,
        Span<float> products,
        Span<float> weightGradient,
        Span<float> biasGradient) : IWork
    {
        private readonly ReadOnlySpan<float> _normalized = normalized;
        private readonly ReadOnlySpan<float> _factors = factors;
        private readonly ReadOnlySpan<float> _weight = weight;
        private readonly Span<float> _gradients = gradients;
        private readonly Span<float> _products = products;
        private readonly Span<float> _weightGradient = weightGradient;
        private readonly Span<float> _biasGradient = biasGradient;

        public void Run(int part)
        {
            int length = _normalized.Length / _factors.Length;
            ReadOnlySpan<float> elements = _normalized.Slice(part * length, length);
            Span<float> gradient = _gradients.Slice(part * length, length), product = _products.Slice(part * length, length);
            Map.Run(default(Product), gradient, elements, product);
            double sum = Reduction.Sum(gradient), sumOfProducts = Reduction.Sum(product);
            (_weightGradient[part], _biasGradient[part]) = ((float)sumOfProducts, (float)sum);
            double factor = (_weight.IsEmpty ? 1.0 : _weight[part]) * _factors[part];
            InputGradient function = trains ? new(factor, sum / length, sumOfProducts / length) : new(factor, 0, 0);
            Map.Run(function, gradient, elements, gradient);
        }
    }
}
