using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Algorithm 2 of Chen et al., Symbolic discovery of optimization algorithms.</summary>
public static class LionOracle
{
    public static double Step(double p, double gradient, Span<double> state, LionOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        double update = options.Beta1 * state[0] + (1 - options.Beta1) * g;
        double sign = double.IsNaN(update) ? update : Math.Sign(update);
        p = p * (1 - options.LearningRate * options.WeightDecay) - options.LearningRate * sign;
        state[0] = options.Beta2 * state[0] + (1 - options.Beta2) * g;
        return p;
    }
}
