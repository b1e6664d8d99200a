using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Algorithm 2 of Zaheer et al., Adaptive methods for nonconvex optimization, with the corrections of bias.</summary>
public static class YogiOracle
{
    public static double Step(double p, double gradient, Span<double> state, YogiOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        state[0] = options.Beta1 * state[0] + (1 - options.Beta1) * g;
        state[1] -= (1 - options.Beta2) * Math.Sign(state[1] - g * g) * g * g;
        double firstHat = state[0] / (1 - Math.Pow(options.Beta1, step));
        double root = Math.Sqrt(state[1] / (1 - Math.Pow(options.Beta2, step))) + options.Epsilon;
        return p * (1 - options.LearningRate * options.WeightDecay) - options.LearningRate * firstHat / root;
    }
}
