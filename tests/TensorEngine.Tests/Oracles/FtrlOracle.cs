using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>
/// Algorithm 1 of McMahan et al. with Keras' options, from a z that holds the values where they start.
/// </summary>
public static class FtrlOracle
{
    public static double Step(double p, double gradient, Span<double> state, FtrlOptions options, long step)
    {
        double g = options.Maximize ? -gradient : gradient, power = -options.LearningRatePower, rate = options.LearningRate;
        double Curvature(double n) => (options.Beta + Math.Pow(n, power)) / rate + 2 * options.L2;
        if (rate == 0)
            return p;
        if (step == 1)
            state[1] = -p * (options.Beta + Math.Pow(state[0], power)) / rate;
        double sum = state[0] + g * g, sigma = (Math.Pow(sum, power) - Math.Pow(state[0], power)) / rate;
        state[1] += g + 2 * options.L2Shrinkage * p - sigma * p;
        state[0] = sum;
        double z = state[1];
        return Math.Abs(z) <= options.L1 ? 0 : (Math.Sign(z) * options.L1 - z) / Curvature(sum);
    }
}
