using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Algorithm 1 of Ginsburg et al., NovoGrad.</summary>
public static class NovoGradOracle
{
    public static void Step(Shape shape, double[] p, double[] gradient, OracleState state, NovoGradOptions options, long step)
    {
        double[] m = state["exp_avg", p.Length], v = state["exp_avg_sq", 1];
        double square = gradient.Sum(x => x * x);
        v[0] = step == 1 ? square : options.Beta2 * v[0] + (1 - options.Beta2) * square;
        for (int i = 0; i < p.Length; i++)
        {
            double g = options.Maximize ? -gradient[i] : gradient[i];
            double normalized = g / (Math.Sqrt(v[0]) + options.Epsilon) + options.WeightDecay * p[i];
            m[i] = step == 1 ? normalized : options.Beta1 * m[i] + normalized;
            p[i] -= options.LearningRate * m[i];
        }
    }
}
