using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Tests.Oracles;

/// <summary>
/// Equations 3 to 5 of Defazio et al., The road less scheduled, and its algorithm 1 for AdamW, with x computed where the paper
/// has it: the value is y, the first state z.
/// </summary>
public static class ScheduleFreeOracle
{
    public static double StepSgd(double y, double gradient, Span<double> state, ScheduleFreeSgdOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        if (options.WeightDecay != 0)
            g += options.WeightDecay * y;
        return Move(y, ref state[0], g, options.Momentum, options, step);
    }

    public static double StepAdamW(double y, double gradient, Span<double> state, ScheduleFreeAdamWOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        state[1] = options.Beta2 * state[1] + (1 - options.Beta2) * g * g;
        double direction = g / (Math.Sqrt(state[1] / (1 - Math.Pow(options.Beta2, step))) + options.Epsilon);
        if (options.WeightDecay != 0)
            direction += options.WeightDecay * y;
        return Move(y, ref state[0], direction, options.Beta1, options, step);
    }

    private static double Move(double y, ref double z, double direction, double beta, OptimizerOptions options, long step)
    {
        var own = (IScheduleFreeOptions)options;
        if (step == 1)
            z = y;
        double x = (y - (1 - beta) * z) / beta;
        double sum = 0, weight = 0, largest = 0;
        for (long i = 1; i <= step; i++)
        {
            largest = Math.Max(largest, Rate(i));
            weight = Math.Pow(i, own.WeightPower) * Math.Pow(largest, own.WeightRatePower);
            sum += weight;
        }

        double share = sum == 0 ? 0 : weight / sum;
        z -= Rate(step) * direction;
        x = (1 - share) * x + share * z;
        return (1 - beta) * z + beta * x;

        double Rate(long t) => options.LearningRate * (t < own.WarmUpSteps ? (double)t / own.WarmUpSteps : 1);
    }
}
