using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>torch.optim.NAdam, from its documentation.</summary>
public static class NAdamOracle
{
    public static double StepDecoupled(double p, double gradient, Span<double> state, NAdamWOptions options, long step)
    {
        var coupled = new NAdamOptions
        {
            LearningRate = options.LearningRate,
            Beta1 = options.Beta1,
            Beta2 = options.Beta2,
            Epsilon = options.Epsilon,
            MomentumDecay = options.MomentumDecay,
            Maximize = options.Maximize,
        };
        return Step(p * (1 - options.LearningRate * options.WeightDecay), gradient, state, coupled, step);
    }

    public static double Step(double p, double gradient, Span<double> state, NAdamOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        if (options.WeightDecay != 0)
            g += options.WeightDecay * p;
        double product = 1;
        for (long i = 1; i <= step; i++)
            product *= Momentum(i);
        state[0] = options.Beta1 * state[0] + (1 - options.Beta1) * g;
        state[1] = options.Beta2 * state[1] + (1 - options.Beta2) * g * g;
        double first = Momentum(step + 1) * state[0] / (1 - product * Momentum(step + 1)) + (1 - Momentum(step)) * g / (1 - product);
        double second = state[1] / (1 - Math.Pow(options.Beta2, step));
        return p - options.LearningRate * first / (Math.Sqrt(second) + options.Epsilon);

        double Momentum(long t) => options.Beta1 * (1 - 0.5 * Math.Pow(0.96, t * options.MomentumDecay));
    }
}
