using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Algorithm 2 of Wortsman et al., StableAdamW, in its own form: with memories that are corrected themselves.</summary>
public static class StableAdamWOracle
{
    public static void Step(Shape shape, double[] p, double[] gradient, OracleState state, StableAdamWOptions options, long step)
    {
        // The optimizer's state is what the paper's is before the corrections.
        double[] m = state["exp_avg", p.Length], v = state["exp_avg_sq", p.Length];
        double before1 = 1 - Math.Pow(options.Beta1, step - 1), after1 = 1 - Math.Pow(options.Beta1, step);
        double before2 = 1 - Math.Pow(options.Beta2, step - 1), after2 = 1 - Math.Pow(options.Beta2, step);
        double kept1 = options.Beta1 * before1 / after1, kept2 = options.Beta2 * before2 / after2;
        double[] first = new double[p.Length], second = new double[p.Length];
        double sum = 0;
        for (int i = 0; i < p.Length; i++)
        {
            double g = options.Maximize ? -gradient[i] : gradient[i];
            first[i] = (step == 1 ? 0 : kept1 * m[i] / before1) + (1 - kept1) * g;
            second[i] = (step == 1 ? 0 : kept2 * v[i] / before2) + (1 - kept2) * g * g;
            double least = options.Epsilon * options.Epsilon;
            sum += g == 0 ? 0 : g * g / Math.Max(second[i], least);
            m[i] = first[i] * after1;
            v[i] = second[i] * after2;
        }

        double rate = options.LearningRate / Math.Max(1, Math.Sqrt(sum / p.Length));
        for (int i = 0; i < p.Length; i++)
        {
            p[i] -= rate * options.WeightDecay * p[i];
            p[i] -= rate * first[i] / (Math.Sqrt(second[i]) + options.Epsilon);
        }
    }
}
