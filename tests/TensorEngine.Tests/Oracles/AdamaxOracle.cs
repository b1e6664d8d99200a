using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Algorithm 2 of Kingma and Ba, with epsilon where torch.optim.Adamax has it.</summary>
public static class AdamaxOracle
{
    public static double Step(double p, double gradient, Span<double> state, AdamaxOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        if (options.WeightDecay != 0)
            g += options.WeightDecay * p;
        state[0] = options.Beta1 * state[0] + (1 - options.Beta1) * g;
        state[1] = Math.Max(options.Beta2 * state[1], Math.Abs(g) + options.Epsilon);
        return p - options.LearningRate / (1 - Math.Pow(options.Beta1, step)) * state[0] / state[1];
    }
}
