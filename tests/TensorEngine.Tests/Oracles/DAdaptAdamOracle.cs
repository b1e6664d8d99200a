using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Algorithm 5 of Defazio and Mishchenko, D-adaptation with Adam, in the order of their package, over all parameters as one.</summary>
public static class DAdaptAdamOracle
{
    public static void Step(Shape shape, double[] p, double[] gradient, OracleState state, DAdaptAdamOptions options, long step)
    {
        double[] m = state["exp_avg", p.Length], v = state["exp_avg_sq", p.Length], s = state["s", p.Length], numbers = state["numbers", 2];
        double rate = options.LearningRate, kept = Math.Sqrt(options.Beta2);
        if (step == 1)
            numbers[0] = options.InitialDistance;

        double d = numbers[0], product = 0, size = 0;
        for (int i = 0; i < p.Length; i++)
        {
            double g = options.Maximize ? -gradient[i] : gradient[i];
            if (s[i] != 0)
                product += rate * g * s[i] / (Math.Sqrt(v[i]) + options.Epsilon);
            v[i] = options.Beta2 * v[i] + (1 - options.Beta2) * g * g;
            m[i] = options.Beta1 * m[i] + (1 - options.Beta1) * d * rate * g;
            p[i] -= d * rate * options.WeightDecay * p[i];
            if (m[i] != 0)
                p[i] -= m[i] / (Math.Sqrt(v[i]) + options.Epsilon);
            s[i] = kept * s[i] + (1 - kept) * d * rate * g;
            size += Math.Abs(s[i]);
        }

        numbers[1] = kept * numbers[1] + (1 - kept) * d * product;
        double found = numbers[1] / ((1 - kept) * size);
        if (size > 0)
            numbers[0] = Math.Max(d, Math.Min(found, d * (options.GrowthRate ?? double.PositiveInfinity)));
    }
}
