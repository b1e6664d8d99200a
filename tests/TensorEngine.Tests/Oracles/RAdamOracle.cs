using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>torch.optim.RAdam, from its documentation.</summary>
public static class RAdamOracle
{
    public static double StepDecoupled(double p, double gradient, Span<double> state, RAdamWOptions options, long step)
    {
        var coupled = new RAdamOptions
        {
            LearningRate = options.LearningRate,
            Beta1 = options.Beta1,
            Beta2 = options.Beta2,
            Epsilon = options.Epsilon,
            Maximize = options.Maximize,
        };
        return Step(p * (1 - options.LearningRate * options.WeightDecay), gradient, state, coupled, step);
    }

    public static double Step(double p, double gradient, Span<double> state, RAdamOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        if (options.WeightDecay != 0)
            g += options.WeightDecay * p;
        double power = Math.Pow(options.Beta2, step);
        state[0] = options.Beta1 * state[0] + (1 - options.Beta1) * g;
        state[1] = options.Beta2 * state[1] + (1 - options.Beta2) * g * g;
        double first = state[0] / (1 - Math.Pow(options.Beta1, step));
        double longest = 2 / (1 - options.Beta2) - 1;
        double length = longest - 2 * step * power / (1 - power);
        if (length <= 5)
            return p - options.LearningRate * first;
        double rectification = Math.Sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
        double adaptive = Math.Sqrt(1 - power) / (Math.Sqrt(state[1]) + options.Epsilon);
        return p - options.LearningRate * first * rectification * adaptive;
    }
}
