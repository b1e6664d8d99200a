using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>torch.optim.Muon, from the algorithm in its documentation, without bfloat16.</summary>
public static class MuonOracle
{
    public static void Step(Shape shape, double[] p, double[] gradient, OracleState state, MuonOptions options, long step)
    {
        int rows = shape[0], columns = shape[1];
        double[] b = state["momentum_buffer", p.Length];
        double[,] update = new double[rows, columns];
        for (int i = 0; i < p.Length; i++)
        {
            double g = options.Maximize ? -gradient[i] : gradient[i];
            b[i] = options.Momentum * b[i] + (1 - options.Momentum) * g;
            update[i / columns, i % columns] = options.Nesterov ? (1 - options.Momentum) * g + options.Momentum * b[i] : b[i];
        }

        double[,] orthogonal = rows > columns ? Transpose(Iterate(Transpose(update), options)) : Iterate(update, options);
        double adjusted = options.LearningRate * (options.RateAdjustment == MuonRateAdjustment.Original
            ? Math.Sqrt(Math.Max(1, (double)rows / columns))
            : 0.2 * Math.Sqrt(Math.Max(rows, columns)));
        for (int i = 0; i < p.Length; i++)
            p[i] = p[i] * (1 - options.LearningRate * options.WeightDecay) - adjusted * orthogonal[i / columns, i % columns];
    }

    private static double[,] Iterate(double[,] x, MuonOptions options)
    {
        double norm = Math.Sqrt(x.Cast<double>().Sum(element => element * element));
        x = Combine(1 / Math.Max(norm, options.Epsilon), x, 0, x);
        (double a, double b, double c) = options.NewtonSchulzCoefficients;
        for (int step = 0; step < options.NewtonSchulzSteps; step++)
        {
            double[,] gram = Product(x, Transpose(x));
            x = Combine(a, x, 1, Product(Combine(b, gram, c, Product(gram, gram)), x));
        }

        return x;
    }

    private static double[,] Transpose(double[,] x) => Make(x.GetLength(1), x.GetLength(0), (i, j) => x[j, i]);

    private static double[,] Combine(double s, double[,] x, double t, double[,] y) =>
        Make(x.GetLength(0), x.GetLength(1), (i, j) => s * x[i, j] + t * y[i, j]);

    private static double[,] Product(double[,] x, double[,] y) =>
        Make(x.GetLength(0), y.GetLength(1), (i, j) => Enumerable.Range(0, x.GetLength(1)).Sum(k => x[i, k] * y[k, j]));

    private static double[,] Make(int rows, int columns, Func<int, int, double> element)
    {
        double[,] made = new double[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                made[i, j] = element(i, j);
        }

        return made;
    }
}
