using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>torch.optim.Adafactor, from the algorithm in its documentation.</summary>
public static class AdafactorOracle
{
    public static void Step(Shape shape, double[] p, double[] gradient, OracleState state, AdafactorOptions options, long step)
    {
        double[] g = [.. gradient.Select(x => options.Maximize ? -x : x)];
        double newShare = Math.Pow(step, options.Beta2Decay);
        double rho = Math.Min(options.LearningRate, 1 / Math.Sqrt(step));
        double alpha = Math.Max(options.Epsilon2, RootMeanSquare(p)) * rho;
        for (int i = 0; i < p.Length; i++)
            p[i] *= 1 - options.LearningRate * options.WeightDecay;

        double[] estimate = shape.Rank < 2 ? Plain(g, state, newShare) : Factored(shape, g, state, newShare, options.Epsilon1);
        double[] u = [.. g.Select((x, i) => x / Math.Sqrt(Math.Max(estimate[i], options.Epsilon1 * options.Epsilon1)))];
        double clip = Math.Max(1, RootMeanSquare(u) / options.ClippingThreshold);
        for (int i = 0; i < p.Length; i++)
            p[i] -= alpha * u[i] / clip;
    }

    private static double RootMeanSquare(double[] x) => Math.Sqrt(x.Sum(element => element * element) / x.Length);

    private static double[] Plain(double[] g, OracleState state, double newShare)
    {
        double[] variance = state["variance", g.Length];
        for (int i = 0; i < g.Length; i++)
            variance[i] = (1 - newShare) * variance[i] + newShare * g[i] * g[i];
        return variance;
    }

    private static double[] Factored(Shape shape, double[] g, OracleState state, double newShare, double epsilon)
    {
        int rows = shape[shape.Rank - 2], columns = shape[shape.Rank - 1], matrices = g.Length / (rows * columns);
        double[] rowVariance = state["row_var", matrices * rows], columnVariance = state["col_var", matrices * columns];
        double Square(int n, int i, int j) => Math.Pow(g[(n * rows + i) * columns + j], 2);
        double[] estimate = new double[g.Length];
        for (int n = 0; n < matrices; n++)
        {
            for (int i = 0; i < rows; i++)
            {
                double mean = Enumerable.Range(0, columns).Average(j => Square(n, i, j));
                rowVariance[n * rows + i] += newShare * (mean - rowVariance[n * rows + i]);
            }

            for (int j = 0; j < columns; j++)
            {
                double mean = Enumerable.Range(0, rows).Average(i => Square(n, i, j));
                columnVariance[n * columns + j] += newShare * (mean - columnVariance[n * columns + j]);
            }

            double ofRows = Math.Max(rowVariance.Skip(n * rows).Take(rows).Average(), epsilon);
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                    estimate[(n * rows + i) * columns + j] = rowVariance[n * rows + i] * columnVariance[n * columns + j] / ofRows;
            }
        }

        return estimate;
    }
}
