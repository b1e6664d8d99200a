using TensorEngine.Numerics.Losses;

namespace TensorEngine.Autograd.Operations;

/// <content>The terms of losses whose inputs have equal shapes.</content>
public static partial class Functional
{
    private readonly struct SquaredLoss : ILoss
    {
        public static double Value(in LossArguments of) =>
            Loss.SquaredError(of.Input, of.Target, of.Reduction, of.Workers);

        public static void Gradient(in LossArguments of, double outputGradient, Span<float> inputGradient, bool accumulate) =>
            Loss.SquaredErrorGradient(of.Input, of.Target, of.Reduction, outputGradient, inputGradient, accumulate, of.Workers);
    }

    private readonly struct AbsoluteLoss : ILoss
    {
        public static double Value(in LossArguments of) =>
            Loss.AbsoluteError(of.Input, of.Target, of.Reduction, of.Workers);

        public static void Gradient(in LossArguments of, double outputGradient, Span<float> inputGradient, bool accumulate) =>
            Loss.AbsoluteErrorGradient(of.Input, of.Target, of.Reduction, outputGradient, inputGradient, accumulate, of.Workers);
    }

    private readonly struct HuberedLoss : ILoss
    {
        public static double Value(in LossArguments of) =>
            Loss.Huber(of.Input, of.Target, of.Setting, of.Reduction, of.Workers);

        public static void Gradient(in LossArguments of, double outputGradient, Span<float> inputGradient, bool accumulate) =>
            Loss.HuberGradient(of.Input, of.Target, of.Setting, of.Reduction, outputGradient, inputGradient, accumulate, of.Workers);
    }

    private readonly struct SmoothLoss : ILoss
    {
        public static double Value(in LossArguments of) =>
            Loss.SmoothAbsoluteError(of.Input, of.Target, of.Setting, of.Reduction, of.Workers);

        public static void Gradient(in LossArguments of, double outputGradient, Span<float> inputGradient, bool accumulate) =>
            Loss.SmoothAbsoluteErrorGradient(
                of.Input, of.Target, of.Setting, of.Reduction, outputGradient, inputGradient, accumulate, of.Workers);
    }

    private readonly struct BinaryLoss : ILoss
    {
        public static double Value(in LossArguments of) =>
            Loss.BinaryCrossEntropy(of.Input, of.Target, of.Setting, of.Reduction, of.Workers);

        public static void Gradient(in LossArguments of, double outputGradient, Span<float> inputGradient, bool accumulate) =>
            Loss.BinaryCrossEntropyGradient(
                of.Input, of.Target, of.Setting, of.Reduction, outputGradient, inputGradient, accumulate, of.Workers);
    }
}
