using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>The simplified AdEMAMix of Morwani et al., section 4, with Adam's denominator.</summary>
public static class SimplifiedAdEMAMixOracle
{
    public static double Step(double p, double gradient, Span<double> state, SimplifiedAdEMAMixOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        state[0] = options.Beta1 * state[0] + g;
        state[1] = options.Beta2 * state[1] + (1 - options.Beta2) * g * g;
        double root = Math.Sqrt(state[1] / (1 - Math.Pow(options.Beta2, step))) + options.Epsilon;
        p *= 1 - options.LearningRate * options.WeightDecay;
        return p - options.LearningRate * (state[0] + options.Alpha * g) / root;
    }
}
