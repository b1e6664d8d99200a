using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Algorithm 1 of You, Gitman and Ginsburg, with the learning rate outside the momentum buffer.</summary>
public static class LarsOracle
{
    public static void Step(Shape shape, double[] p, double[] gradient, OracleState state, LarsOptions options, long step)
    {
        double sign = options.Maximize ? -1 : 1;
        double norm = Math.Sqrt(p.Sum(x => x * x)), gradientNorm = Math.Sqrt(gradient.Sum(x => x * x));
        double local = options.TrustCoefficient * norm / (gradientNorm + options.WeightDecay * norm + options.Epsilon);
        if (norm == 0 || gradientNorm == 0)
            local = 1;
        double[] b = state["momentum_buffer", p.Length];
        for (int i = 0; i < p.Length; i++)
        {
            double g = local * (sign * gradient[i] + options.WeightDecay * p[i]);
            b[i] = step == 1 ? g : options.Momentum * b[i] + (1 - options.Dampening) * g;
            double direction = options.Momentum == 0 ? g : options.Nesterov ? g + options.Momentum * b[i] : b[i];
            p[i] -= options.LearningRate * direction;
        }
    }
}
