using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Algorithm 1 of Xie et al., Adan, with the corrections of bias and the proximal weight decay of their program.</summary>
public static class AdanOracle
{
    public static double Step(double p, double gradient, Span<double> state, AdanOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient;
        double change = step == 1 ? 0 : g - state[3];
        double ahead = g + options.Beta2 * change;
        state[0] = options.Beta1 * state[0] + (1 - options.Beta1) * g;
        state[1] = options.Beta2 * state[1] + (1 - options.Beta2) * change;
        state[2] = options.Beta3 * state[2] + (1 - options.Beta3) * ahead * ahead;
        state[3] = g;
        double meanHat = state[0] / (1 - Math.Pow(options.Beta1, step));
        double changeHat = state[1] / (1 - Math.Pow(options.Beta2, step));
        double squareHat = state[2] / (1 - Math.Pow(options.Beta3, step));
        double direction = (meanHat + options.Beta2 * changeHat) / (Math.Sqrt(squareHat) + options.Epsilon);
        return (p - options.LearningRate * direction) / (1 + options.LearningRate * options.WeightDecay);
    }
}
