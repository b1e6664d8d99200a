using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Algorithm 2 of Zhuang et al., AdaBelief optimizer, with epsilon in the average and beside its root as in their program.</summary>
public static class AdaBeliefOracle
{
    public static double Step(double p, double gradient, Span<double> state, AdaBeliefOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        state[0] = options.Beta1 * state[0] + (1 - options.Beta1) * g;
        double surprise = options.Beta1 == 0 ? 0 : g - state[0]; // in doubles the difference is exact enough but for this case
        state[1] = options.Beta2 * state[1] + (1 - options.Beta2) * surprise * surprise + options.Epsilon;
        double firstHat = state[0] / (1 - Math.Pow(options.Beta1, step));
        double secondHat = state[1] / (1 - Math.Pow(options.Beta2, step));
        p *= 1 - options.LearningRate * options.WeightDecay;
        return p - options.LearningRate * firstHat / (Math.Sqrt(secondHat) + options.Epsilon);
    }
}
