using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;

namespace TensorEngine.Autograd.Operations;

/// <content>Normalization over the batch.</content>
public static partial class Functional
{
    /// <summary>
    /// Normalizes every channel over the batch and all positions, as torch.nn.functional.batch_norm:
    /// <code>
    /// output = (input - mean) / sqrt(variance + epsilon) * weight + bias
    /// </code>
    /// In training mean and variance are the batch's, and the running statistics move towards them:
    /// running = (1 - momentum) * running + momentum * statistic, of the variance that without bias. In evaluation they are the running
    /// ones. Sums over a channel run over rows and positions in the order of <see cref="Reduction"/>, carried in double.
    /// </summary>
    /// <param name="input">[rows, channels, ...].</param>
    /// <param name="runningMean">[channels]; not trainable.</param>
    /// <param name="runningVariance">[channels]; not trainable.</param>
    /// <param name="weight">[channels].</param>
    /// <param name="bias">[channels].</param>
    /// <param name="momentum">The share of the batch in the running statistics, from 0 to 1.</param>
    /// <param name="epsilon">Added to variances; at least 0.</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="runningMean"/> or <paramref name="runningVariance"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// Shapes do not fit, training has one element per channel only, or the variables are of different tapes.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="momentum"/> or <paramref name="epsilon"/> is out of its range.
    /// </exception>
    /// <exception cref="InvalidOperationException">A variable is the default value or from before the last reset.</exception>
    public static Variable BatchNorm(
        this Variable input,
        Parameter runningMean,
        Parameter runningVariance,
        Variable weight,
        Variable bias,
        double momentum = 0.1,
        double epsilon = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(runningMean);
        ArgumentNullException.ThrowIfNull(runningVariance);
        Require.Probability(momentum, nameof(momentum));
        Require.NonNegative(epsilon, nameof(epsilon));
        Shape shape = input.Shape;
        if (shape.Rank < 2)
            Mismatch.Throw("batch_norm", "input", shape, "it must be [rows, channels, ...]");
        Shape channels = [shape[1]];
        CheckChannels(shape, channels, runningMean.Shape, nameof(runningMean));
        CheckChannels(shape, channels, runningVariance.Shape, nameof(runningVariance));
        CheckChannels(shape, channels, weight.Shape, nameof(weight));
        CheckChannels(shape, channels, bias.Shape, nameof(bias));
        bool trains = input.Tape.Training;
        if (trains && shape.ElementCount == shape[1])
            Mismatch.Throw("batch_norm", "input", shape, "training needs more than one element per channel");
        return input.Tape.Record(
            new BatchNormOperation(runningMean, runningVariance, trains, momentum, epsilon), shape, input, weight, bias);
    }

    private static void CheckChannels(Shape input, Shape channels, Shape shape, string name)
    {
        if (shape != channels)
            Mismatch.Throw("batch_norm", "input", input, name, shape, $"{name} must be {channels}, the second length of input");
    }

    /// <summary>All elements of a channel lie side by side while it works.</summary>
    private struct BatchNormOperation(Parameter runningMean, Parameter runningVariance, bool trains, double momentum, double epsilon)
        : IOperation
    {
        // (input - mean) / sqrt(variance + epsilon), channel by channel, and for each channel the second factor.
        private Kept<float> _normalized;
        private Kept<float> _factors;

        public void Forward(in ForwardContext context)
        {
            Layout layout = Of(context.InputShape(0));
            int channels = layout.Second, length = context.Output.Length / channels;
            _normalized = context.Keep<float>(context.Output.Length);
            _factors = context.Keep<float>(channels);
            Span<float> all = context.Span(_normalized), factors = context.Span(_factors);
            Span<float> outputs = context.Temporary<float>(all.Length);
            Exchange(context.Input(0), all, layout, context.Workers);
            ReadOnlySpan<float> weight = context.Input(1), bias = context.Input(2);
            for (int channel = 0; channel < channels; channel++)
            {
                Span<float> elements = all.Slice(channel * length, length), output = outputs.Slice(channel * length, length);
                factors[channel] = trains
                    ? Normalize(elements, channel, context.Workers)
                    : NormalizeByRunning(elements, channel, context.Workers);
                Map.Run(new Affine(weight[channel], bias[channel]), elements, output, context.Workers);
            }

            Exchange(outputs, context.Output, layout.Exchanged, context.Workers);
        }

        public readonly void Backward(in BackwardContext context)
        {
            Layout layout = Of(context.InputShape(0));
            int channels = layout.Second, length = context.Output.Length / channels;
            ReadOnlySpan<float> normalized = context.Span(_normalized), factors = context.Span(_factors), weight = context.Input(1);
            Span<float> gradients = context.Temporary<float>(normalized.Length), products = context.Temporary<float>(length);
            Span<float> weightGradient = context.Needs(1) ? context.InputGradient(1) : context.Temporary<float>(channels);
            Span<float> biasGradient = context.Needs(2) ? context.InputGradient(2) : context.Temporary<float>(channels);
            Exchange(context.OutputGradient, gradients, layout, context.Workers);
            for (int channel = 0; channel < channels; channel++)
            {
                ReadOnlySpan<float> elements = normalized.Slice(channel * length, length);
                Span<float> gradient = gradients.Slice(channel * length, length);
                Map.Run(default(Product), gradient, elements, products, context.Workers);
                double sum = Reduction.Sum(gradient, context.Workers), sumOfProducts = Reduction.Sum(products, context.Workers);
                (weightGradient[channel], biasGradient[channel]) = ((float)sumOfProducts, (float)sum);
                double factor = (double)weight[channel] * factors[channel];
                InputGradient function = trains
                    ? new(factor, sum / length, sumOfProducts / length)
                    : new(factor, 0, 0);
                Map.Run(function, gradient, elements, gradient, context.Workers);
            }

            if (context.Needs(0))
                Exchange(gradients, context.InputGradient(0), layout.Exchanged, context.Workers);
        }

        private static Layout Of(Shape shape) => new(shape[0], 1, shape[1], shape.ElementsBetween(2));

        private readonly float Normalize(Span<float> elements, int channel, Workers? workers)
        {
            double mean = Reduction.Sum(elements, workers) / elements.Length;
            Map.Run(new Shift(-mean), elements, elements, workers);
            double squares = Reduction.SquaredNorm(elements, workers);
            double factor = 1 / Math.Sqrt(squares / elements.Length + epsilon);
            Map.Run(new Factor((float)factor), elements, elements, workers);
            Move(ref runningMean.Values[channel], mean);
            Move(ref runningVariance.Values[channel], squares / (elements.Length - 1));
            return (float)factor;
        }

        private readonly float NormalizeByRunning(Span<float> elements, int channel, Workers? workers)
        {
            double factor = 1 / Math.Sqrt(runningVariance.Values[channel] + epsilon);
            Map.Run(new Shift(-(double)runningMean.Values[channel]), elements, elements, workers);
            Map.Run(new Factor((float)factor), elements, elements, workers);
            return (float)factor;
        }

        private readonly void Move(ref float running, double statistic) =>
            running = (float)((1 - momentum) * running + momentum * statistic);
    }

    private readonly struct Shift(double shift) : IUnaryFunction
    {
        private readonly Constant _shift = new(shift);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => value + TFloat.Splat(_shift);
    }

    private readonly struct Affine(double factor, double shift) : IUnaryFunction
    {
        private readonly Constant _factor = new(factor);
        private readonly Constant _shift = new(shift);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> =>
            TFloat.FusedMultiplyAdd(value, TFloat.Splat(_factor), TFloat.Splat(_shift));
    }

    /// <summary>factor * (gradient - mean of the gradients - normalized * mean of their products with the normalized elements).</summary>
    private readonly struct InputGradient(double factor, double mean, double meanProduct) : IBinaryFunction
    {
        private readonly Constant _factor = new(factor);
        private readonly Constant _minusMean = new(-mean);
        private readonly Constant _minusMeanProduct = new(-meanProduct);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> =>
            TFloat.Splat(_factor)
            * TFloat.FusedMultiplyAdd(right, TFloat.Splat(_minusMeanProduct), left + TFloat.Splat(_minusMean));
    }
}
