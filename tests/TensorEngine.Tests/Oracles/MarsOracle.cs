using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Algorithm 2 of Yuan et al., MARS-AdamW, with the gradient of the step before in place of one at the point before.</summary>
public static class MarsOracle
{
    public static void Step(Shape shape, double[] p, double[] gradient, OracleState state, MarsOptions options, long step)
    {
        double[] previous = state["last_grad", p.Length], m = state["exp_avg", p.Length], v = state["exp_avg_sq", p.Length];
        double[] g = [.. gradient.Select(x => options.Maximize ? -x : x)];
        double share = options.Gamma * options.Beta1 / (1 - options.Beta1);
        double[] c = [.. g.Select((x, i) => step == 1 ? x : x + share * (x - previous[i]))];
        double norm = Math.Sqrt(c.Sum(x => x * x));
        for (int i = 0; i < p.Length; i++)
        {
            double cut = norm > 1 ? c[i] / norm : c[i];
            m[i] = options.Beta1 * m[i] + (1 - options.Beta1) * cut;
            v[i] = options.Beta2 * v[i] + (1 - options.Beta2) * cut * cut;
            double firstHat = m[i] / (1 - Math.Pow(options.Beta1, step)), secondHat = v[i] / (1 - Math.Pow(options.Beta2, step));
            p[i] -= options.LearningRate * options.WeightDecay * p[i];
            p[i] -= options.LearningRate * firstHat / (Math.Sqrt(secondHat) + options.Epsilon);
            previous[i] = g[i];
        }
    }
}
