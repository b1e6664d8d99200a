using TensorEngine.Minimization;

namespace YourProject;

/// <summary>The package README's section "Minimizing functions", compiled; a test compares it with the README and runs it.</summary>
public static class MinimizeFunctions
{
    public static void Run()
    {
        // README
        double[] dose = [1, 2, 4, 8, 16, 32], response = [0.61, 1.08, 1.79, 2.52, 3.21, 3.58];
        LeastSquaresResult fit = CurveFit.Fit((x, b) => b[0] * x / (b[1] + x), dose, response, start: [1, 1]);
        double[] errors = fit.StandardErrors();
        Console.WriteLine($"{fit.Point[0]:F3} ± {errors[0]:F3}, {fit.Point[1]:F3} ± {errors[1]:F3}, converged: {fit.Converged}");

        MinimizerResult valley = Minimizer.Minimize(
            x => 100 * (x[1] - x[0] * x[0]) * (x[1] - x[0] * x[0]) + (1 - x[0]) * (1 - x[0]),
            start: [-1.2, 1],
            new MinimizerOptions { Bounds = new Bounds([-2, -2], [0.5, 2]) });
        Console.WriteLine($"{valley.Value:F3} at ({valley.Point[0]:F3}, {valley.Point[1]:F3}), converged: {valley.Converged}");

        MinimizerResult endless = Minimizer.Minimize(x => -x[0], start: [0]);
        Console.WriteLine($"{endless.Reason}, converged: {endless.Converged}");
        // END
    }
}
