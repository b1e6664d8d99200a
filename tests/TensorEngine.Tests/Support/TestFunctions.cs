using System.Text.Json;
using TensorEngine.Minimization;
using TensorEngine.Tests.Goldens;

namespace TensorEngine.Tests.Support;

/// <summary>Functions to minimize, with the gradients as record_lbfgs_and_sparse.py has them.</summary>
public static class TestFunctions
{
    /// <summary>A problem of the recordings and its start.</summary>
    public static Objective Recorded(string problem, out double[] start)
    {
        JsonElement element = RecordedRuns.LbfgsProblem(problem);
        start = RecordedRuns.Doubles(element.GetProperty("start"));
        if (!element.TryGetProperty("A", out JsonElement matrix))
            return Rosenbrock;
        double[][] rows = [.. matrix.EnumerateArray().Select(RecordedRuns.Doubles)];
        double[] vector = RecordedRuns.Doubles(element.GetProperty("b"));
        return (point, gradient) => Quadratic(rows, vector, point, gradient);
    }

    public static double Rosenbrock(ReadOnlySpan<double> x, Span<double> gradient)
    {
        gradient.Clear();
        double sum = 0;
        for (int i = 0; i + 1 < x.Length; i++)
        {
            double valley = x[i + 1] - x[i] * x[i], slope = 1 - x[i];
            gradient[i] += -400 * x[i] * valley - 2 * slope;
            gradient[i + 1] += 200 * valley;
            sum += 100 * valley * valley + slope * slope;
        }

        return sum;
    }

    private static double Quadratic(double[][] matrix, double[] vector, ReadOnlySpan<double> x, Span<double> gradient)
    {
        double value = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double product = 0;
            for (int j = 0; j < x.Length; j++)
                product += matrix[i][j] * x[j];
            gradient[i] = product - vector[i];
            value += x[i] * (product / 2 - vector[i]);
        }

        return value;
    }
}
