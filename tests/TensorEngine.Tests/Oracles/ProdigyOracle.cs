using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Algorithm 4 of Mishchenko and Defazio, Prodigy, over all parameters as one.</summary>
public static class ProdigyOracle
{
    public static void Step(Shape shape, double[] p, double[] gradient, OracleState state, ProdigyOptions options, long step)
    {
        double[] m = state["exp_avg", p.Length], v = state["exp_avg_sq", p.Length], s = state["s", p.Length], start = state["p0", p.Length];
        double[] numbers = state["numbers", 2];
        double rate = options.LearningRate, kept = options.Beta3 ?? Math.Sqrt(options.Beta2);
        if (step == 1)
        {
            numbers[0] = options.InitialDistance;
            p.CopyTo(start, 0);
        }

        double d = numbers[0], travelled = 0, size = 0;
        for (int i = 0; i < p.Length; i++)
        {
            double g = options.Maximize ? -gradient[i] : gradient[i];
            travelled += rate * g * (start[i] - p[i]);
            m[i] = options.Beta1 * m[i] + (1 - options.Beta1) * d * g;
            v[i] = options.Beta2 * v[i] + (1 - options.Beta2) * d * d * g * g;
            s[i] = kept * s[i] + (1 - kept) * d * d * rate * g;
            size += Math.Abs(s[i]);
            p[i] -= d * rate * options.WeightDecay * p[i];
            if (m[i] != 0)
                p[i] -= rate * d * m[i] / (Math.Sqrt(v[i]) + d * options.Epsilon);
        }

        numbers[1] = kept * numbers[1] + (1 - kept) * d * d * travelled;
        double found = options.Coefficient * numbers[1] / size;
        if (size > 0)
            numbers[0] = Math.Max(d, Math.Min(found, d * (options.GrowthRate ?? double.PositiveInfinity)));
    }
}
