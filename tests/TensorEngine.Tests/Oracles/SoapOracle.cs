using TensorEngine.Optimizers;

namespace TensorEngine.Tests.Oracles;

/// <summary>
/// SOAP, from Vyas et al., 2024, algorithms 3 and 4, in the order of the authors' code. Eigenvectors are found by Jacobi's rotations and
/// orthogonal factors by Gram and Schmidt's projections.
/// </summary>
public static class SoapOracle
{
    public static void Step(Shape shape, double[] p, double[] gradient, OracleState state, SoapOptions options, long step)
    {
        bool isMatrix = shape.Rank >= 2;
        int rows = isMatrix ? shape[0] : 1, columns = p.Length / rows;
        double[,] g = Made(rows, columns, (i, j) => (options.Maximize ? -1 : 1) * gradient[i * columns + j]);
        Side left = new(state, "left", isMatrix && rows <= options.MaximumSide ? rows : 0);
        Side right = new(state, "right", isMatrix && columns <= options.MaximumSide ? columns : 0);
        long t = step - 1;
        if (t > 0)
            Move(p, g, left, right, state, options, t);

        double kept = options.ShampooBeta ?? options.Beta2;
        left.Average(Product(g, Transposed(g)), kept);
        right.Average(Product(Transposed(g), g), kept);
        if (t == 0)
        {
            left.Find();
            right.Find();
        }
        else if (t % options.PreconditionFrequency == 0)
        {
            double[] m = state["exp_avg", p.Length], v = state["exp_avg_sq", p.Length];
            double[,] straight = Product(Product(left.Basis(rows), Of(m, rows, columns)), Transposed(right.Basis(columns)));
            int[] up = left.Improve(rows), across = right.Improve(columns);
            double[] old = [.. v];
            for (int i = 0; i < v.Length; i++)
                v[i] = old[up[i / columns] * columns + across[i % columns]];
            Product(Product(Transposed(left.Basis(rows)), straight), right.Basis(columns)).Cast<double>().ToArray().CopyTo(m, 0);
        }
    }

    private static void Move(double[] p, double[,] g, Side left, Side right, OracleState state, SoapOptions options, long t)
    {
        int rows = g.GetLength(0), columns = g.GetLength(1);
        double[] m = state["exp_avg", p.Length], v = state["exp_avg_sq", p.Length], direction = new double[p.Length];
        double[,] h = Product(Product(Transposed(left.Basis(rows)), g), right.Basis(columns));
        for (int i = 0; i < p.Length; i++)
        {
            double x = h[i / columns, i % columns];
            m[i] = options.Beta1 * m[i] + (1 - options.Beta1) * x;
            v[i] = options.Beta2 * v[i] + (1 - options.Beta2) * x * x;
            direction[i] = m[i] / (Math.Sqrt(v[i]) + options.Epsilon);
        }

        double[,] update = Product(Product(left.Basis(rows), Of(direction, rows, columns)), Transposed(right.Basis(columns)));
        double rate = options.LearningRate * Math.Sqrt(1 - Math.Pow(options.Beta2, t)) / (1 - Math.Pow(options.Beta1, t));
        if (options.NormalizeSteps)
            rate /= 1e-30 + Math.Sqrt(update.Cast<double>().Average(x => x * x));
        for (int i = 0; i < p.Length; i++)
            p[i] = (p[i] - rate * update[i / columns, i % columns]) * (1 - options.LearningRate * options.WeightDecay);
    }

    private static double[,] Of(double[] elements, int rows, int columns) => Made(rows, columns, (i, j) => elements[i * columns + j]);

    private static double[,] Made(int rows, int columns, Func<int, int, double> element)
    {
        double[,] made = new double[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                made[i, j] = element(i, j);
        }

        return made;
    }

    private static double[,] Transposed(double[,] x) => Made(x.GetLength(1), x.GetLength(0), (i, j) => x[j, i]);

    private static double[,] Product(double[,] x, double[,] y) =>
        Made(x.GetLength(0), y.GetLength(1), (i, j) => Enumerable.Range(0, x.GetLength(1)).Sum(k => x[i, k] * y[k, j]));

    /// <summary>What is kept of the rows, or of the columns.</summary>
    private sealed class Side(OracleState state, string name, int length)
    {
        private double[] Averages => state[$"{name}_average", length * length];

        private double[] Vectors => state[$"{name}_basis", length * length];

        /// <summary>The basis in its columns; unit vectors where there is none.</summary>
        public double[,] Basis(int side) =>
            length == 0 ? Made(side, side, (i, j) => i == j ? 1 : 0) : Of(Vectors, length, length);

        public void Average(double[,] product, double kept)
        {
            for (int i = 0; i < length * length; i++)
                Averages[i] = kept * Averages[i] + (1 - kept) * product[i / length, i % length];
        }

        public void Find()
        {
            double[,] a = Of(Averages, length, length), vectors = Made(length, length, (i, j) => i == j ? 1 : 0);
            for (int sweep = 0; sweep < 30; sweep++)
            {
                for (int i = 0; i < length; i++)
                {
                    for (int j = i + 1; j < length; j++)
                        Rotate(a, vectors, i, j);
                }
            }

            int[] order = [.. Enumerable.Range(0, length).OrderByDescending(i => a[i, i])];
            Made(length, length, (i, j) => vectors[i, order[j]]).Cast<double>().ToArray().CopyTo(Vectors, 0);
        }

        public int[] Improve(int side)
        {
            if (length == 0)
                return [.. Enumerable.Range(0, side)];
            double[,] basis = Basis(side), turned = Product(Of(Averages, side, side), basis);
            int[] order =
            [
                .. Enumerable.Range(0, side)
                    .OrderByDescending(j => Enumerable.Range(0, side).Sum(i => basis[i, j] * turned[i, j])),
            ];
            double[][] columns = [.. order.Select(j => Enumerable.Range(0, side).Select(i => turned[i, j]).ToArray())];
            for (int j = 0; j < side; j++)
            {
                // Twice, so that what is left of rounding goes as well.
                for (int again = 0; again < 2; again++)
                {
                    for (int k = 0; k < j; k++)
                    {
                        double along = columns[j].Zip(columns[k], (x, y) => x * y).Sum();
                        columns[j] = [.. columns[j].Zip(columns[k], (x, y) => x - along * y)];
                    }
                }

                double norm = Math.Sqrt(columns[j].Sum(x => x * x));
                columns[j] = [.. columns[j].Select(x => x / norm)];
            }

            Made(side, side, (i, j) => columns[j][i]).Cast<double>().ToArray().CopyTo(Vectors, 0);
            return order;
        }

        private static void Rotate(double[,] a, double[,] vectors, int i, int j)
        {
            if (a[i, j] == 0)
                return;
            double angle = Math.Atan2(2 * a[i, j], a[j, j] - a[i, i]) / 2, c = Math.Cos(angle), s = Math.Sin(angle);
            for (int k = 0; k < a.GetLength(0); k++)
                (a[k, i], a[k, j]) = (c * a[k, i] - s * a[k, j], s * a[k, i] + c * a[k, j]);
            for (int k = 0; k < a.GetLength(0); k++)
                (a[i, k], a[j, k]) = (c * a[i, k] - s * a[j, k], s * a[i, k] + c * a[j, k]);
            for (int k = 0; k < a.GetLength(0); k++)
                (vectors[k, i], vectors[k, j]) = (c * vectors[k, i] - s * vectors[k, j], s * vectors[k, i] + c * vectors[k, j]);
        }
    }
}
