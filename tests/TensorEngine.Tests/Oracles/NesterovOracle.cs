using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>
/// The Nesterov class of "Deep Learning from Scratch" (common/optimizer.py), which moves by the velocity before the step.
/// </summary>
public static class NesterovOracle
{
    public static double Step(double p, double gradient, Span<double> state, NesterovOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        if (options.WeightDecay != 0)
            g += options.WeightDecay * p;
        ref double v = ref state[0];
        p += options.Momentum * options.Momentum * v - (1 + options.Momentum) * options.LearningRate * g;
        v = options.Momentum * v - options.LearningRate * g;
        return p;
    }
}
