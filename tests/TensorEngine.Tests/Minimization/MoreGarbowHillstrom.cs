using System.Numerics;

namespace TensorEngine.Tests.Minimization;

/// <summary>
/// The functions of Moré, Garbow and Hillstrom, Testing unconstrained optimization software, ACM Transactions on Mathematical
/// Software 7, 1981, by their numbers there. Minima that are not 0 were found to 15 digits by Newton's iteration with 60 digits; the
/// paper has the first 6.
/// </summary>
public static class MoreGarbowHillstrom
{
    private static readonly double[] s_bard = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39];

    private static readonly double[] s_gauss = [0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989];

    private static readonly double[] s_meyer =
        [34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872];

    private static readonly double[] s_kowalik = [0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246];

    private static readonly double[] s_kowalikPlaces = [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625];

    private static readonly double[] s_osborne1 =
    [
        0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658, 0.628, 0.603, 0.580,
        0.558, 0.538, 0.522, 0.506, 0.490, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.420, 0.414, 0.411, 0.406,
    ];

    private static readonly double[] s_osborne2 =
    [
        1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608, 0.655, 0.616, 0.606, 0.602,
        0.626, 0.651, 0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661, 0.612, 0.558, 0.533, 0.495, 0.500, 0.423, 0.395, 0.375,
        0.372, 0.391, 0.396, 0.405, 0.428, 0.429, 0.523, 0.562, 0.607, 0.653, 0.672, 0.708, 0.633, 0.668, 0.645, 0.632, 0.591,
        0.559, 0.597, 0.625, 0.739, 0.710, 0.729, 0.720, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098, 0.054,
    ];

    public static IEnumerable<SumOfSquares> All =>
    [
        new("1 Rosenbrock", x => [10 * (x[1] - x[0] * x[0]), 1 - x[0]], [-1.2, 1], 0),
        new(
            "2 Freudenstein and Roth",
            x => [-13 + x[0] + ((5 - x[1]) * x[1] - 2) * x[1], -29 + x[0] + ((x[1] + 1) * x[1] - 14) * x[1]],
            [0.5, -2],
            0,
            48.98425367924002),
        new("3 Powell badly scaled", x => [1e4 * x[0] * x[1] - 1, Complex.Exp(-x[0]) + Complex.Exp(-x[1]) - 1.0001], [0, 1], 0),
        new("4 Brown badly scaled", x => [x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2], [1, 1], 0),
        new(
            "5 Beale",
            x => [1.5 - x[0] * (1 - x[1]), 2.25 - x[0] * (1 - x[1] * x[1]), 2.625 - x[0] * (1 - x[1] * x[1] * x[1])],
            [1, 1],
            0),
        new(
            "6 Jennrich and Sampson",
            x => Each(10, i => 2 + 2 * i - Complex.Exp(i * x[0]) - Complex.Exp(i * x[1])),
            [0.3, 0.4],
            124.36218235561485),
        new("7 Helical valley", Helical, [-1, 0, 0], 0),
        new(
            "8 Bard",
            x => Each(15, i => s_bard[i - 1] - x[0] - i / ((16 - i) * x[1] + Math.Min(i, 16 - i) * x[2])),
            [1, 1, 1],
            8.2148773065789747e-3),
        new(
            "9 Gaussian",
            x => Each(15, i => x[0] * Complex.Exp(-x[1] * Square((8 - i) / 2.0 - x[2]) / 2) - s_gauss[Math.Min(i, 16 - i) - 1]),
            [0.4, 1, 0],
            1.1279327696186481e-8),
        new(
            "10 Meyer",
            x => Each(16, i => x[0] * Complex.Exp(x[1] / (45 + 5 * i + x[2])) - s_meyer[i - 1]),
            [0.02, 4000, 250],
            87.945855170851118),
        new("11 Gulf research and development", Gulf, [5, 2.5, 0.15], 0),
        new(
            "12 Box",
            x => Each(10, i => Complex.Exp(-0.1 * i * x[0]) - Complex.Exp(-0.1 * i * x[1]) - x[2] * (Math.Exp(-0.1 * i) - Math.Exp(-i))),
            [0, 10, 20],
            0),
        new("13 Powell singular", PowellSingular, [3, -1, 0, 1], 0),
        new("14 Wood", Wood, [-3, -1, -3, -1], 0),
        new("15 Kowalik and Osborne", Kowalik, [0.25, 0.39, 0.415, 0.39], 3.0750560384923745e-4),
        new("16 Brown and Dennis", BrownDennis, [25, 5, -5, -1], 85822.201626356342),
        new(
            "17 Osborne 1",
            Osborne1,
            [0.5, 1.5, -1, 0.01, 0.02],
            5.4648946974829067e-5),
        new("18 Biggs", Biggs, [1, 2, 1, 1, 1, 1], 0, 5.6556499254999306e-3),
        new("19 Osborne 2", Osborne2, [1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5], 4.0137736293547735e-2),
        new("20 Watson", Watson, new double[6], 2.2876700535524363e-3),
        new("20 Watson", Watson, new double[9], 1.39976013809902e-6),
        new("20 Watson", Watson, new double[12], 4.722381105891757e-10),
        new("21 Extended Rosenbrock", ExtendedRosenbrock, Repeat(10, -1.2, 1), 0),
        new("22 Extended Powell singular", x => [.. x.Chunk(4).SelectMany(PowellSingular)], Repeat(12, 3, -1, 0, 1), 0),
        new("23 Penalty I", Penalty1, [1, 2, 3, 4], 2.2499775008999369e-5),
        new("23 Penalty I", Penalty1, [.. Enumerable.Range(1, 10).Select(i => (double)i)], 7.0876514670903691e-5),
        new("24 Penalty II", Penalty2, Repeat(4, 0.5), 9.3762930073554422e-6),
        new("24 Penalty II", Penalty2, Repeat(10, 0.5), 2.9366053745674594e-4),
        new("25 Variably dimensioned", VariablyDimensioned, [.. Enumerable.Range(1, 10).Select(j => 1 - j / 10.0)], 0),
        new("26 Trigonometric", Trigonometric, Repeat(10, 0.1), 0, 2.7950561218794563e-5),
        new("27 Brown almost-linear", BrownAlmostLinear, Repeat(10, 0.5), 0, 1),
        new("28 Discrete boundary value", Boundary, [.. Enumerable.Range(1, 10).Select(i => i / 11.0 * (i / 11.0 - 1))], 0),
        new("29 Discrete integral equation", Integral, [.. Enumerable.Range(1, 10).Select(i => i / 11.0 * (i / 11.0 - 1))], 0),
        new("30 Broyden tridiagonal", Tridiagonal, Repeat(10, -1), 0),
        new("31 Broyden banded", Banded, Repeat(10, -1), 0),
        new("32 Linear, full rank", x => Each(20, i => (i <= 10 ? x[i - 1] : 0) - Sum(x) / 10 - 1), Repeat(10, 1), 10),
        new("33 Linear, rank 1", x => Each(20, i => i * Weighted(x) - 1), Repeat(10, 1), 20 * 19 / (2 * 41.0)),
        new(
            "34 Linear, rank 1, zero columns and rows",
            x => Each(20, i => i is 1 or 20 ? -1 : (i - 1) * (Weighted(x) - x[0] - 10 * x[9]) - 1),
            Repeat(10, 1),
            (400 + 60 - 6) / (2 * 37.0)),
        new("35 Chebyquad", Chebyquad, [.. Enumerable.Range(1, 8).Select(j => j / 9.0)], 3.5168737256779316e-3),
        new("35 Chebyquad", Chebyquad, [.. Enumerable.Range(1, 9).Select(j => j / 10.0)], 0),
        new("35 Chebyquad", Chebyquad, [.. Enumerable.Range(1, 10).Select(j => j / 11.0)], 6.5039548008823059e-3),
    ];

    private static Complex Square(Complex x) => x * x;

    private static Complex Cube(Complex x) => x * x * x;

    private static Complex Sum(IEnumerable<Complex> x) => x.Aggregate(Complex.Zero, (sum, one) => sum + one);

    private static Complex Weighted(Complex[] x) => Sum(x.Select((one, j) => (j + 1) * one));

    private static Complex[] Each(int count, Func<int, Complex> residual) => [.. Enumerable.Range(1, count).Select(residual)];

    private static double[] Repeat(int count, params double[] values) =>
        [.. Enumerable.Range(0, count).Select(i => values[i % values.Length])];

    private static Complex[] Helical(Complex[] x)
    {
        // The arc tangent's derivative by hand: that of a complex number loses it.
        Complex ratio = x[1] / x[0];
        var angle = new Complex(Math.Atan(ratio.Real), ratio.Imaginary / (1 + ratio.Real * ratio.Real)) / (2 * Math.PI);
        if (x[0].Real < 0)
            angle += 0.5;
        return [10 * (x[2] - 10 * angle), 10 * (Complex.Sqrt(x[0] * x[0] + x[1] * x[1]) - 1), x[2]];
    }

    private static Complex[] Gulf(Complex[] x) => Each(99, i =>
    {
        double t = i / 100.0, y = 25 + Math.Pow(-50 * Math.Log(t), 2 / 3.0);
        Complex distance = y - x[1];
        if (distance.Real < 0)
            distance = -distance;
        return Complex.Exp(-Complex.Exp(x[2] * Complex.Log(distance)) / x[0]) - t;
    });

    private static Complex[] PowellSingular(Complex[] x) =>
        [x[0] + 10 * x[1], Math.Sqrt(5) * (x[2] - x[3]), Square(x[1] - 2 * x[2]), Math.Sqrt(10) * Square(x[0] - x[3])];

    private static Complex[] Wood(Complex[] x) =>
    [
        10 * (x[1] - x[0] * x[0]), 1 - x[0], Math.Sqrt(90) * (x[3] - x[2] * x[2]), 1 - x[2],
        Math.Sqrt(10) * (x[1] + x[3] - 2), (x[1] - x[3]) / Math.Sqrt(10),
    ];

    private static Complex[] Kowalik(Complex[] x) => Each(11, i =>
    {
        double u = s_kowalikPlaces[i - 1];
        return s_kowalik[i - 1] - x[0] * (u * u + u * x[1]) / (u * u + u * x[2] + x[3]);
    });

    private static Complex[] BrownDennis(Complex[] x) => Each(20, i =>
    {
        double t = i / 5.0;
        return Square(x[0] + t * x[1] - Math.Exp(t)) + Square(x[2] + Math.Sin(t) * x[3] - Math.Cos(t));
    });

    private static Complex[] Biggs(Complex[] x) => Each(13, i =>
    {
        double t = 0.1 * i, y = Math.Exp(-t) - 5 * Math.Exp(-10 * t) + 3 * Math.Exp(-4 * t);
        return x[2] * Complex.Exp(-t * x[0]) - x[3] * Complex.Exp(-t * x[1]) + x[5] * Complex.Exp(-t * x[4]) - y;
    });

    private static Complex[] Osborne1(Complex[] x) =>
        Each(33, i => s_osborne1[i - 1] - x[0] - x[1] * Complex.Exp(-10 * (i - 1) * x[3]) - x[2] * Complex.Exp(-10 * (i - 1) * x[4]));

    private static Complex[] Osborne2(Complex[] x) => Each(65, i =>
    {
        double t = (i - 1) / 10.0;
        return s_osborne2[i - 1] - x[0] * Complex.Exp(-t * x[4]) - x[1] * Complex.Exp(-Square(t - x[8]) * x[5])
            - x[2] * Complex.Exp(-Square(t - x[9]) * x[6]) - x[3] * Complex.Exp(-Square(t - x[10]) * x[7]);
    });

    private static Complex[] Watson(Complex[] x) =>
    [
        .. Each(29, i =>
        {
            Complex derivative = 0, value = 0;
            for (int j = x.Length - 1; j >= 0; j--)
            {
                derivative = derivative * (i / 29.0) + (j + 1 < x.Length ? (j + 1) * x[j + 1] : 0);
                value = value * (i / 29.0) + x[j];
            }

            return derivative - value * value - 1;
        }),
        x[0],
        x[1] - x[0] * x[0] - 1,
    ];

    private static Complex[] ExtendedRosenbrock(Complex[] x) =>
        [.. x.Chunk(2).SelectMany(pair => new[] { 10 * (pair[1] - pair[0] * pair[0]), 1 - pair[0] })];

    private static Complex[] Penalty1(Complex[] x) => [.. x.Select(one => Math.Sqrt(1e-5) * (one - 1)), Sum(x.Select(Square)) - 0.25];

    private static Complex[] Penalty2(Complex[] x)
    {
        int n = x.Length;
        double root = Math.Sqrt(1e-5);
        Complex[] powers = [.. x.Select(one => Complex.Exp(one / 10))];
        return
        [
            x[0] - 0.2,
            .. Each(n - 1, i => root * (powers[i] + powers[i - 1] - Math.Exp((i + 1) / 10.0) - Math.Exp(i / 10.0))),
            .. Each(n - 1, i => root * (powers[i] - Math.Exp(-0.1))),
            Sum(x.Select((one, j) => (n - j) * one * one)) - 1,
        ];
    }

    private static Complex[] VariablyDimensioned(Complex[] x)
    {
        Complex sum = Sum(x.Select((one, j) => (j + 1) * (one - 1)));
        return [.. x.Select(one => one - 1), sum, sum * sum];
    }

    private static Complex[] Trigonometric(Complex[] x)
    {
        Complex sum = Sum(x.Select(Complex.Cos));
        return Each(x.Length, i => x.Length - sum + i * (1 - Complex.Cos(x[i - 1])) - Complex.Sin(x[i - 1]));
    }

    private static Complex[] BrownAlmostLinear(Complex[] x)
    {
        Complex sum = Sum(x), product = x.Aggregate(Complex.One, (so, one) => so * one);
        return [.. x.SkipLast(1).Select(one => one + sum - (x.Length + 1)), product - 1];
    }

    private static Complex At(Complex[] x, int i) => i >= 0 && i < x.Length ? x[i] : 0;

    private static Complex[] Boundary(Complex[] x)
    {
        double h = 1.0 / (x.Length + 1);
        return Each(x.Length, i => 2 * x[i - 1] - At(x, i - 2) - At(x, i) + h * h * Cube(x[i - 1] + i * h + 1) / 2);
    }

    private static Complex[] Integral(Complex[] x)
    {
        double h = 1.0 / (x.Length + 1);
        return Each(x.Length, i =>
        {
            Complex left = Sum(x.Take(i).Select((one, j) => (j + 1) * h * Cube(one + (j + 1) * h + 1)));
            Complex right = Sum(x.Skip(i).Select((one, k) => (1 - (i + k + 1) * h) * Cube(one + (i + k + 1) * h + 1)));
            return x[i - 1] + h * ((1 - i * h) * left + i * h * right) / 2;
        });
    }

    private static Complex[] Tridiagonal(Complex[] x) =>
        Each(x.Length, i => (3 - 2 * x[i - 1]) * x[i - 1] - At(x, i - 2) - 2 * At(x, i) + 1);

    private static Complex[] Banded(Complex[] x) => Each(x.Length, i =>
    {
        Complex others = Sum(Enumerable.Range(i - 6, 7).Where(j => j != i - 1).Select(j => At(x, j) * (1 + At(x, j))));
        return x[i - 1] * (2 + 5 * x[i - 1] * x[i - 1]) + 1 - others;
    });

    private static Complex[] Chebyquad(Complex[] x)
    {
        int n = x.Length;
        Complex[] before = [.. x.Select(_ => Complex.One)], now = [.. x.Select(one => 2 * one - 1)];
        var residuals = new Complex[n];
        for (int i = 1; i <= n; i++)
        {
            residuals[i - 1] = Sum(now) / n + (i % 2 == 0 ? 1.0 / (i * i - 1) : 0);
            (before, now) = (now, [.. now.Select((one, j) => 2 * (2 * x[j] - 1) * one - before[j])]);
        }

        return residuals;
    }
}
