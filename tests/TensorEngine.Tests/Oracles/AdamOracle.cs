using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Algorithm 1 of Kingma and Ba, with the options of torch.optim.Adam and AdamW, from their documentation.</summary>
public static class AdamOracle
{
    public static double StepDecoupled(double p, double gradient, Span<double> state, AdamWOptions options, long step)
    {
        var coupled = new AdamOptions
        {
            LearningRate = options.LearningRate,
            Beta1 = options.Beta1,
            Beta2 = options.Beta2,
            Epsilon = options.Epsilon,
            AmsGrad = options.AmsGrad,
            EpsilonOutsideCorrection = options.EpsilonOutsideCorrection,
            Maximize = options.Maximize,
        };
        return Step(p * (1 - options.LearningRate * options.WeightDecay), gradient, state, coupled, step);
    }

    public static double Step(double p, double gradient, Span<double> state, AdamOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        if (options.WeightDecay != 0)
            g += options.WeightDecay * p;

        state[0] = options.Beta1 * state[0] + (1 - options.Beta1) * g;
        state[1] = options.Beta2 * state[1] + (1 - options.Beta2) * g * g;
        double second = state[1];
        if (options.AmsGrad)
            second = state[2] = Math.Max(state[2], second);

        if (options.EpsilonOutsideCorrection) // the shortened form at the end of the paper's section 2
        {
            double rate = options.LearningRate * Math.Sqrt(1 - Math.Pow(options.Beta2, step)) / (1 - Math.Pow(options.Beta1, step));
            return p - rate * state[0] / (Math.Sqrt(second) + options.Epsilon);
        }

        double firstHat = state[0] / (1 - Math.Pow(options.Beta1, step));
        double secondHat = second / (1 - Math.Pow(options.Beta2, step));
        return p - options.LearningRate * firstHat / (Math.Sqrt(secondHat) + options.Epsilon);
    }
}
