using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Algorithm 1 of Pagliardini et al., AdEMAMix, with the warm-up of section 3.</summary>
public static class AdEMAMixOracle
{
    public static double Step(double p, double gradient, Span<double> state, AdEMAMixOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        double kept = options.Beta3, alpha = options.Alpha;
        if (step < options.WarmUpSteps)
        {
            double part = (double)step / options.WarmUpSteps;
            double slow = Math.Log(options.Beta3), fast = Math.Log(options.Beta1);
            kept = Math.Exp(fast * slow / ((1 - part) * slow + part * fast));
            alpha *= part;
        }

        state[0] = options.Beta1 * state[0] + (1 - options.Beta1) * g;
        state[1] = kept * state[1] + (1 - kept) * g;
        state[2] = options.Beta2 * state[2] + (1 - options.Beta2) * g * g;
        double fastHat = state[0] / (1 - Math.Pow(options.Beta1, step));
        double root = Math.Sqrt(state[2] / (1 - Math.Pow(options.Beta2, step))) + options.Epsilon;
        p *= 1 - options.LearningRate * options.WeightDecay;
        return p - options.LearningRate * (fastHat + alpha * state[1]) / root;
    }
}
