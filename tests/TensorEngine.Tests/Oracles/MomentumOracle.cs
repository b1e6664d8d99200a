using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>The Momentum class of "Deep Learning from Scratch" (common/optimizer.py), with the options that all optimizers have.</summary>
public static class MomentumOracle
{
    public static double Step(double p, double gradient, Span<double> state, MomentumOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        if (options.WeightDecay != 0)
            g += options.WeightDecay * p;
        ref double v = ref state[0];
        v = options.Momentum * v - options.LearningRate * g;
        return p + v;
    }
}
