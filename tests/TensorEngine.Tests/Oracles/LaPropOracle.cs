using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Algorithm 1 of Ziyin et al., LaProp, with the rate outside of the average.</summary>
public static class LaPropOracle
{
    public static double Step(double p, double gradient, Span<double> state, LaPropOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        state[1] = options.Beta2 * state[1] + (1 - options.Beta2) * g * g;
        double root = Math.Sqrt(state[1] / (1 - Math.Pow(options.Beta2, step))) + options.Epsilon;
        state[0] = options.Beta1 * state[0] + (1 - options.Beta1) * g / root;
        p *= 1 - options.LearningRate * options.WeightDecay;
        return p - options.LearningRate * state[0] / (1 - Math.Pow(options.Beta1, step));
    }
}
