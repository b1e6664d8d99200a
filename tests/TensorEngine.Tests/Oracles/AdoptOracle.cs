using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Algorithm 2 of Taniguchi et al., ADOPT, with its clipping.</summary>
public static class AdoptOracle
{
    public static double Step(double p, double gradient, Span<double> state, AdoptOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        if (step == 1)
        {
            state[1] = g * g;
            return p;
        }

        double bound = Math.Pow(step - 1, 0.25), divided = g / Math.Max(Math.Sqrt(state[1]), options.Epsilon);
        state[0] = options.Beta1 * state[0] + (1 - options.Beta1) * Math.Clamp(divided, -bound, bound);
        state[1] = options.Beta2 * state[1] + (1 - options.Beta2) * g * g;
        return p * (1 - options.LearningRate * options.WeightDecay) - options.LearningRate * state[0];
    }
}
