using TensorEngine.UserCode;

namespace TensorEngine.Tests.Oracles;

/// <summary>The optimizers of the user's assembly, from what their documentation says.</summary>
public static class UserOracles
{
    public static double Adan(double p, double gradient, Span<double> state, UserAdanOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        if (options.DecoupledDecay)
            p *= 1 - options.LearningRate * options.WeightDecay;
        else if (options.WeightDecay != 0)
            g += options.WeightDecay * p;
        double change = step == 1 ? 0 : g - state[3];
        double ahead = g + options.Beta2 * change;
        state[0] = options.Beta1 * state[0] + (1 - options.Beta1) * g;
        state[1] = options.Beta2 * state[1] + (1 - options.Beta2) * change;
        state[2] = options.Beta3 * state[2] + (1 - options.Beta3) * ahead * ahead;
        state[3] = g;
        return p - options.LearningRate * (state[0] + options.Beta2 * state[1]) / (Math.Sqrt(state[2]) + options.Epsilon);
    }

    public static double Ahead(double p, double gradient, Span<double> state, UserAheadOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        double product = 1;
        for (long i = 1; i <= step; i++)
            product *= Momentum(i);
        state[0] = options.Beta1 * state[0] + (1 - options.Beta1) * g;
        state[1] = options.Beta2 * state[1] + (1 - options.Beta2) * g * g;
        state[2] = Math.Max(state[2], state[1]);
        double ahead = g + Momentum(step) / (1 - product) * state[0];
        return p - options.LearningRate * ahead / (Math.Sqrt(state[2]) + options.Epsilon);

        double Momentum(long t) => options.Beta1 * Math.Min(1, (double)t / (options.WarmUpSteps + 1));
    }
}
