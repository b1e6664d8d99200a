using Samples.Shared.Charts;
using Samples.Shared.CommandLine;

namespace OptimizerPaths;

/// <summary>A function of two variables to minimize.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Formula">In headings.</param>
/// <param name="Lesson">What it shows.</param>
/// <param name="Value">The height at x and y.</param>
/// <param name="Gradient">The derivatives by x and y.</param>
internal sealed record Surface(
    string Name, string Formula, string Lesson, Func<double, double, double> Value, Func<double, double, (double X, double Y)> Gradient)
{
    /// <summary>All functions.</summary>
    public static IReadOnlyList<Surface> All { get; } =
    [
        new(
            "bowl",
            "f = x²/20 + y²",
            "The book's bowl is 20 times as steep in one direction as in the other, so the gradient hardly ever points to the minimum.",
            (x, y) => x * x / 20 + y * y,
            (x, y) => (x / 10, 2 * y))
        {
            Start = new(-7, 2),
            Minimum = new(0, 0),
            Steps = 30,
            Low = new(-8, -4),
            High = new(4, 4),
            LowestLevel = 0.125,
            LevelFactor = 2,
        },
        new(
            "rosenbrock",
            "f = (1 - x)² + 100 (y - x²)²",
            "A curved valley: reaching it is easy, following its flat floor is not.",
            (x, y) => (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x),
            (x, y) => (-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)))
        {
            Start = new(-1.2, 1),
            Minimum = new(1, 1),
            Steps = 300,
            Low = new(-1.8, -0.8),
            High = new(1.8, 2),
            LowestLevel = 0.1,
            LevelFactor = 3,
        },
        new(
            "beale",
            "f = (1.5 - x + xy)² + (2.25 - x + xy²)² + (2.625 - x + xy³)²",
            "A plain with steep rims and a bent, flat valley.",
            (x, y) => Terms(x, y).Sum(term => term.Value * term.Value),
            (x, y) => (Terms(x, y).Sum(term => 2 * term.Value * term.ByX), Terms(x, y).Sum(term => 2 * term.Value * term.ByY)))
        {
            Start = new(1, 1.5),
            Minimum = new(3, 0.5),
            Steps = 300,
            Low = new(-0.5, -1.5),
            High = new(4.5, 2),
            LowestLevel = 0.03,
            LevelFactor = 3,
        },
    ];

    /// <summary>The names, for messages and the help.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(surface => surface.Name));

    public required ChartPoint Start { get; init; }

    /// <summary>The lowest point; the value there is 0.</summary>
    public required ChartPoint Minimum { get; init; }

    /// <summary>The number of updates that shows its character.</summary>
    public required int Steps { get; init; }

    /// <summary>The lower left corner of the picture.</summary>
    public required ChartPoint Low { get; init; }

    /// <summary>The upper right corner of the picture.</summary>
    public required ChartPoint High { get; init; }

    /// <summary>The height of the lowest contour line.</summary>
    public required double LowestLevel { get; init; }

    /// <summary>From one contour line to the next.</summary>
    public required double LevelFactor { get; init; }

    /// <summary>The surface called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static Surface Parse(string name) =>
        All.FirstOrDefault(surface => string.Equals(surface.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw SampleOption.Unusable("--surface", name, $"one of {Names}");

    /// <summary>Beale's three terms c - x + x y^n, n = 1, 2, 3, with their derivatives.</summary>
    private static (double Value, double ByX, double ByY)[] Terms(double x, double y) =>
    [
        (1.5 - x + x * y, y - 1, x),
        (2.25 - x + x * y * y, y * y - 1, 2 * x * y),
        (2.625 - x + x * y * y * y, y * y * y - 1, 3 * x * y * y),
    ];
}
