using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Algorithm 2 of You et al., with the identity for phi and an optional limit on the ratio.</summary>
public static class LambOracle
{
    public static void Step(Shape shape, double[] p, double[] gradient, OracleState state, LambOptions options, long step)
    {
        double[] m = state["exp_avg", p.Length], v = state["exp_avg_sq", p.Length], u = new double[p.Length];
        for (int i = 0; i < p.Length; i++)
        {
            double g = options.Maximize ? -gradient[i] : gradient[i];
            m[i] = options.Beta1 * m[i] + (1 - options.Beta1) * g;
            v[i] = options.Beta2 * v[i] + (1 - options.Beta2) * g * g;
            double firstHat = m[i] / (1 - Math.Pow(options.Beta1, step)), secondHat = v[i] / (1 - Math.Pow(options.Beta2, step));
            u[i] = firstHat / (Math.Sqrt(secondHat) + options.Epsilon) + options.WeightDecay * p[i];
        }

        double norm = Math.Sqrt(p.Sum(x => x * x)), length = Math.Sqrt(u.Sum(x => x * x));
        double ratio = norm > 0 && length > 0 ? norm / length : 1;
        if (options.MaximumTrustRatio is { } limit && ratio > limit)
            ratio = limit;
        for (int i = 0; i < p.Length; i++)
            p[i] -= options.LearningRate * ratio * u[i];
    }
}
