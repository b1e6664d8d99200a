using TensorEngine.Numerics.Losses;

namespace TensorEngine.Autograd.Operations;

/// <content>What the losses of equal shapes are made of.</content>
public static partial class Functional
{
    private readonly struct SquaredLoss : ILoss
    {
        public static double Value(
            ReadOnlySpan<float> input, ReadOnlySpan<float> target, double setting, LossReduction reduction, Workers? workers) =>
            Loss.SquaredError(input, target, reduction, workers);

        public static void Gradient(
            ReadOnlySpan<float> input,
            ReadOnlySpan<float> target,
            double setting,
            LossReduction reduction,
            double outputGradient,
            Span<float> inputGradient,
            bool accumulate,
            Workers? workers) =>
            Loss.SquaredErrorGradient(input, target, reduction, outputGradient, inputGradient, accumulate, workers);
    }

    private readonly struct AbsoluteLoss : ILoss
    {
        public static double Value(
            ReadOnlySpan<float> input, ReadOnlySpan<float> target, double setting, LossReduction reduction, Workers? workers) =>
            Loss.AbsoluteError(input, target, reduction, workers);

        public static void Gradient(
            ReadOnlySpan<float> input,
            ReadOnlySpan<float> target,
            double setting,
            LossReduction reduction,
            double outputGradient,
            Span<float> inputGradient,
            bool accumulate,
            Workers? workers) =>
            Loss.AbsoluteErrorGradient(input, target, reduction, outputGradient, inputGradient, accumulate, workers);
    }

    private readonly struct HuberedLoss : ILoss
    {
        public static double Value(
            ReadOnlySpan<float> input, ReadOnlySpan<float> target, double setting, LossReduction reduction, Workers? workers) =>
            Loss.Huber(input, target, setting, reduction, workers);

        public static void Gradient(
            ReadOnlySpan<float> input,
            ReadOnlySpan<float> target,
            double setting,
            LossReduction reduction,
            double outputGradient,
            Span<float> inputGradient,
            bool accumulate,
            Workers? workers) =>
            Loss.HuberGradient(input, target, setting, reduction, outputGradient, inputGradient, accumulate, workers);
    }

    private readonly struct SmoothLoss : ILoss
    {
        public static double Value(
            ReadOnlySpan<float> input, ReadOnlySpan<float> target, double setting, LossReduction reduction, Workers? workers) =>
            Loss.SmoothAbsoluteError(input, target, setting, reduction, workers);

        public static void Gradient(
            ReadOnlySpan<float> input,
            ReadOnlySpan<float> target,
            double setting,
            LossReduction reduction,
            double outputGradient,
            Span<float> inputGradient,
            bool accumulate,
            Workers? workers) =>
            Loss.SmoothAbsoluteErrorGradient(
                input, target, setting, reduction, outputGradient, inputGradient, accumulate, workers);
    }

    private readonly struct BinaryLoss : ILoss
    {
        public static double Value(
            ReadOnlySpan<float> input, ReadOnlySpan<float> target, double setting, LossReduction reduction, Workers? workers) =>
            Loss.BinaryCrossEntropy(input, target, setting, reduction, workers);

        public static void Gradient(
            ReadOnlySpan<float> input,
            ReadOnlySpan<float> target,
            double setting,
            LossReduction reduction,
            double outputGradient,
            Span<float> inputGradient,
            bool accumulate,
            Workers? workers) =>
            Loss.BinaryCrossEntropyGradient(
                input, target, setting, reduction, outputGradient, inputGradient, accumulate, workers);
    }
}
