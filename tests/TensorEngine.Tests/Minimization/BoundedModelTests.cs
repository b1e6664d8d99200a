using NUnit.Framework;
using TensorEngine.Generators;
using TensorEngine.Minimization;

namespace TensorEngine.Tests.Minimization;

/// <summary>The compact Hessian and the bounded model against matrices that are written out and walked piece by piece.</summary>
public sealed class BoundedModelTests
{
    private const int Length = 6;

    [Test]
    public void DirectionsAreThoseOfTheMatrixWrittenOut()
    {
        var generator = new Philox(seed: 3);
        int onFaces = 0;
        for (int trial = 0; trial < 300; trial++)
        {
            // More pairs than are remembered, of a convex function whose curvature changes a little.
            var pairs = new LbfgsPairs(Length, 3);
            pairs.Restart(Length, 0.7);
            double[] lower = Draw(generator, 0.7, -2.5), upper = Draw(generator, 0.7, 1.1), point = new double[Length];
            var model = new BoundedModel(pairs, new TensorEngine.Minimization.Bounds(lower, upper));
            for (int pair = 0; pair < trial % 6; pair++)
            {
                double[] step = Draw(generator, 2, -1), wobble = Draw(generator, 0.3, 0);
                double[] change = [.. step.Select((s, i) => s * (1 + i) + wobble[i] * s)];
                pairs.Remember(change, step, Dot(change, step), Dot(change, change));
                model.Notice();
            }

            double[] where = Draw(generator, 1, 0);
            for (int i = 0; i < Length; i++)
                point[i] = trial % 5 == 0 && i == 2 ? lower[i] : lower[i] + where[i] * (upper[i] - lower[i]);
            double[] gradient = Draw(generator, 20, -10), direction = new double[Length];

            double longest = model.FindDirection(point, gradient, direction);

            double[] expected = Expected(Matrix(pairs), point, gradient, lower, upper, out bool onFace);
            onFaces += onFace ? 1 : 0;
            Assert.That(model.Target.ToArray(), Is.EqualTo(expected).Within(1e-9), $"trial {trial}");
            for (int i = 0; i < Length; i++)
            {
                Assert.That(direction[i], Is.EqualTo(expected[i] - point[i]).Within(1e-9));
                Assert.That(point[i] + longest * direction[i], Is.InRange(lower[i] - 1e-9, upper[i] + 1e-9));
            }

            Assert.That(longest, Is.GreaterThanOrEqualTo(1));
        }

        Assert.That(onFaces, Is.InRange(50, 280), "bounds matter, and not always");
    }

    /// <summary>The BFGS matrix of the pairs, one update after the other.</summary>
    private static double[,] Matrix(LbfgsPairs pairs)
    {
        double[,] matrix = new double[Length, Length];
        for (int i = 0; i < Length; i++)
            matrix[i, i] = 1 / pairs.Scale;
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            double[] s = pairs.Step(pair).ToArray(), y = pairs.Change(pair).ToArray(), product = Times(matrix, s);
            double bend = Dot(s, product), curvature = Dot(s, y);
            for (int i = 0; i < Length; i++)
            {
                for (int j = 0; j < Length; j++)
                    matrix[i, j] += y[i] * y[j] / curvature - product[i] * product[j] / bend;
            }
        }

        return matrix;
    }

    private static double[] Expected(double[,] matrix, double[] x, double[] g, double[] lower, double[] upper, out bool onFace)
    {
        // Along the projected path, from bend to bend, to the first minimum of the quadratic model.
        double[] times = [.. x.Select((one, i) => g[i] == 0 ? double.PositiveInfinity : (one - (g[i] > 0 ? lower[i] : upper[i])) / g[i])];
        double[] bends = [.. times.Where(time => time > 0).Order(), double.PositiveInfinity];
        double time = 0;
        double[] point = [.. x];
        foreach (double bend in bends)
        {
            double[] path = [.. g.Select((one, i) => times[i] > time ? -one : 0)];
            double[] way = [.. point.Select((one, i) => one - x[i])];
            double slope = Dot(g, path) + Dot(path, Times(matrix, way)), curvature = Dot(path, Times(matrix, path));
            double step = slope < 0 ? -slope / curvature : 0;
            bool ends = time + step < bend;
            double next = ends ? time + step : bend;
            point = [.. x.Select((one, i) => times[i] <= next ? (g[i] > 0 ? lower[i] : upper[i]) : one - next * g[i])];
            time = next;
            if (ends)
                break;
        }

        // The minimum of the model with the variables on bounds held, projected.
        int[] free = [.. Enumerable.Range(0, Length).Where(i => point[i] > lower[i] && point[i] < upper[i])];
        onFace = free.Length < Length;
        double[] start = Times(matrix, [.. point.Select((one, i) => one - x[i])]);
        var system = new LuDecomposition(Length);
        Span<double> elements = system.Elements(free.Length);
        double[] solution = [.. free.Select(i => -(g[i] + start[i]))];
        for (int a = 0; a < free.Length; a++)
        {
            for (int b = 0; b < free.Length; b++)
                elements[a * free.Length + b] = matrix[free[a], free[b]];
        }

        Assert.That(system.Decompose(free.Length) || free.Length == 0);
        system.Solve(solution);
        double[] target = [.. point], cut = [.. point];
        double reach = 1;
        for (int k = 0; k < free.Length; k++)
        {
            int i = free[k];
            target[i] = Math.Clamp(point[i] + solution[k], lower[i], upper[i]);
            reach = Math.Min(reach, ((solution[k] > 0 ? upper[i] : lower[i]) - point[i]) / solution[k]);
        }

        if (Dot([.. target.Select((one, i) => one - x[i])], g) < 0)
            return target;
        for (int k = 0; k < free.Length; k++)
            cut[free[k]] = point[free[k]] + reach * solution[k];
        return cut;
    }

    private static double[] Times(double[,] matrix, double[] vector) =>
        [.. Enumerable.Range(0, Length).Select(i => Enumerable.Range(0, Length).Sum(j => matrix[i, j] * vector[j]))];

    private static double Dot(double[] left, double[] right) => left.Zip(right).Sum(pair => pair.First * pair.Second);

    private static double[] Draw(Philox generator, double factor, double offset)
    {
        float[] numbers = new float[Length];
        generator.Uniform(numbers);
        return [.. numbers.Select(number => number * factor + offset)];
    }
}
