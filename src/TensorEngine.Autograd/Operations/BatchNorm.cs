using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;

namespace TensorEngine.Autograd.Operations;

/// <content>Normalization over the batch.</content>
public static partial class Functional
{
    /// <summary>
    /// Normalizes each channel over the batch and all positions, as torch.nn.functional.batch_norm:
    /// <code>
    /// output = (input - mean) / sqrt(variance + epsilon) * weight + bias
    /// </code>
    /// In training, mean and variance are those of the batch, and the running statistics move toward them: running = (1 - momentum) *
    /// running + momentum * statistic, with the unbiased variance. In evaluation, mean and variance are the running ones. Sums over a
    /// channel run over rows and positions in the order of <see cref="Reduction"/>, accumulated in double.
    /// </summary>
    /// <param name="input">[rows, channels, ...].</param>
    /// <param name="runningMean">[channels]; not trainable.</param>
    /// <param name="runningVariance">[channels]; not trainable.</param>
    /// <param name="weight">[channels], or null (the default) for 1.</param>
    /// <param name="bias">[channels], or null (the default) for 0.</param>
    /// <param name="momentum">The weight of the batch in the running statistics, from 0 to 1.</param>
    /// <param name="epsilon">Added to variances; at least 0.</param>
    /// <returns>The shape of <paramref name="input"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="runningMean"/> or <paramref name="runningVariance"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// Shapes do not match, training has only one element per channel, or the variables belong to different tapes.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="momentum"/> or <paramref name="epsilon"/> is out of its range.
    /// </exception>
    /// <exception cref="InvalidOperationException">A variable is the default value or from before the last reset.</exception>
    public static Variable BatchNorm(
        this Variable input,
        Parameter runningMean,
        Parameter runningVariance,
        Variable? weight = null,
        Variable? bias = null,
        double momentum = 0.1,
        double epsilon = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(runningMean);
        ArgumentNullException.ThrowIfNull(runningVariance);
        HyperParameter.InClosedUnitInterval(momentum, nameof(momentum));
        HyperParameter.NonNegative(epsilon, nameof(epsilon));
        Shape shape = input.Shape;
        if (shape.Rank < 2)
            Mismatch.Throw("batch_norm", "input", shape, "it must be [rows, channels, ...]");
        Shape channels = [shape[1]];
        CheckChannels(shape, channels, runningMean.Shape, nameof(runningMean));
        CheckChannels(shape, channels, runningVariance.Shape, nameof(runningVariance));
        if (weight is { } factors)
            CheckChannels(shape, channels, factors.Shape, nameof(weight));
        if (bias is { } shifts)
            CheckChannels(shape, channels, shifts.Shape, nameof(bias));
        bool trains = input.Tape.Training;
        if (trains && shape.ElementCount == shape[1])
            Mismatch.Throw("batch_norm", "input", shape, "training needs more than one element per channel");
        var operation = new BatchNormOperation(
            runningMean, runningVariance, trains, momentum, epsilon, weight is null ? 0 : 1, bias is null ? 0 : weight is null ? 1 : 2);
        Tape tape = input.Tape;
        return (weight, bias) switch
        {
            ({ } weights, { } biases) => tape.Record(operation, shape, input, weights, biases),
            ({ } weights, null) => tape.Record(operation, shape, input, weights),
            (null, { } biases) => tape.Record(operation, shape, input, biases),
            _ => tape.Record(operation, shape, input),
        };
    }

    private static void CheckChannels(Shape input, Shape channels, Shape shape, string name)
    {
        if (shape != channels)
            Mismatch.Throw("batch_norm", "input", input, name, shape, $"{name} must be {channels}, the second length of input");
    }

    /// <summary>
    /// All elements of a channel lie side by side while it works. Weight and bias are at the places given, which are 0 where there is none.
    /// </summary>
    private struct BatchNormOperation(
        Parameter runningMean, Parameter runningVariance, bool trains, double momentum, double epsilon, int weightPlace, int biasPlace)
        : IOperation
    {
        // What an element of a channel takes in all its passes, about.
        private const double NanosecondsPerElement = 0.5;

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
            var statistics = new Statistics(runningMean.Values, runningVariance.Values, trains, momentum, epsilon);
            ReadOnlySpan<float> weight = weightPlace > 0 ? context.Input(weightPlace) : [];
            ReadOnlySpan<float> bias = biasPlace > 0 ? context.Input(biasPlace) : [];
            var work = new Channels(statistics, all, factors, weight, bias, outputs);
            Repeated.Share(context.Workers, channels, work, length * NanosecondsPerElement);
            Exchange(outputs, context.Output, layout.Exchanged, context.Workers);
        }

        public readonly void Backward(in BackwardContext context)
        {
            Layout layout = Of(context.InputShape(0));
            int channels = layout.Second, length = context.Output.Length / channels;
            ReadOnlySpan<float> normalized = context.Span(_normalized), factors = context.Span(_factors);
            ReadOnlySpan<float> weight = weightPlace > 0 ? context.Input(weightPlace) : [];
            Span<float> gradients = context.Temporary<float>(normalized.Length), products = context.Temporary<float>(normalized.Length);
            Span<float> weightGradient = ChannelGradient(in context, weightPlace, channels);
            Span<float> biasGradient = ChannelGradient(in context, biasPlace, channels);
            Exchange(context.OutputGradient, gradients, layout, context.Workers);
            var work = new ChannelGradients(trains, normalized, factors, weight, gradients, products, weightGradient, biasGradient);
            Repeated.Share(context.Workers, channels, work, length * NanosecondsPerElement);
            if (context.Needs(0))
                Exchange(gradients, context.InputGradient(0), layout.Exchanged, context.Workers);
        }

        private static Span<float> ChannelGradient(in BackwardContext context, int place, int channels) =>
            place > 0 && context.Needs(place) ? context.InputGradient(place) : context.Temporary<float>(channels);

        private static Layout Of(Shape shape) => new(shape[0], 1, shape[1], shape.ElementsBetween(2));
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
