using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>Distance over gradients of Ivgi, Hinder and Carmon, over all parameters as one.</summary>
public static class DogOracle
{
    public static void Step(Shape shape, double[] p, double[] gradient, OracleState state, DogOptions options, long step)
    {
        double[] start = state["init_buffer", p.Length], numbers = state["numbers", 2];
        if (step == 1)
        {
            p.CopyTo(start, 0);
            numbers[0] = options.InitialDistance * (1 + Math.Sqrt(p.Sum(x => x * x)));
        }

        double[] g = [.. gradient.Select((x, i) => (options.Maximize ? -x : x) + options.WeightDecay * p[i])];
        numbers[0] = Math.Max(numbers[0], Math.Sqrt(p.Zip(start, (x, y) => (x - y) * (x - y)).Sum()));
        numbers[1] += g.Sum(x => x * x);
        double root = Math.Sqrt(numbers[1] + options.Epsilon);
        for (int i = 0; i < p.Length && root > 0; i++)
            p[i] -= options.LearningRate * numbers[0] / root * g[i];
    }
}
