using System.CommandLine;
using Samples.Shared.CommandLine;
using Samples.Shared.Reports;

namespace OptimizerPaths;

/// <summary>The sample's command line.</summary>
internal sealed class PathsCommand
{
    private const int MaximumSteps = 10_000;

    private readonly Option<ulong> _seed = SampleOption.Seed();

    private readonly Option<int?> _steps = SampleOption.OptionalWholeNumber(
        "--steps",
        $"Updates of each path [default: {string.Join(", ", Surface.All.Select(surface => $"{surface.Steps} on {surface.Name}"))}]",
        1,
        MaximumSteps);

    private readonly Option<IReadOnlyList<PathOptimizer>> _optimizers = SampleOption.Several(
        "--optimizer",
        "NAME",
        $"Optimizer, repeatable: {PathOptimizer.Names}",
        string.Join(",", PathOptimizer.Default.Select(optimizer => optimizer.Name)),
        PathOptimizer.Parse);

    private readonly Option<IReadOnlyList<Surface>> _surfaces = SampleOption.Several(
        "--surface",
        "NAME",
        $"Function of two variables, repeatable: {Surface.Names}",
        string.Join(",", Surface.All.Select(surface => surface.Name)),
        Surface.Parse);

    private readonly Option<double?> _rate = SampleOption.OptionalNumber(
        "--rate", "R", "Learning rate of all paths [default: one for each optimizer and surface]", 0, 1000);

    private readonly Option<double> _noise = SampleOption.Number(
        "--noise", "S", "Standard deviation of noise added to the gradients, like that of small batches", 0, 0, 1000);

    private readonly Option<string> _output = SampleOption.Output("out/paths");

    public PathsCommand() =>
        Root = new RootCommand("Draws the paths that optimizers take down functions of two variables.")
        {
            _seed, _steps, _optimizers, _surfaces, _rate, _noise, _output,
        };

    /// <summary>Command lines for the help.</summary>
    public static IReadOnlyList<string> Examples { get; } =
    [
        "dotnet run -c Release --project samples/OptimizerPaths",
        "dotnet run -c Release --project samples/OptimizerPaths -- --optimizer adam,nadam,lion,lbfgs --surface rosenbrock --steps 500",
        "dotnet run -c Release --project samples/OptimizerPaths -- --optimizer sgd,momentum --surface bowl --noise 1 --seed 7",
    ];

    public RootCommand Root { get; }

    /// <summary>What the user asked for.</summary>
    public PathsOptions Read(ParseResult result) => new(
        [.. (result.GetValue(_surfaces) ?? Surface.All).Distinct()],
        [.. (result.GetValue(_optimizers) ?? PathOptimizer.Default).Distinct()],
        result.GetValue(_steps),
        result.GetValue(_rate),
        result.GetValue(_noise),
        result.GetValue(_seed),
        result.GetRequiredValue(_output),
        Report.Command("OptimizerPaths", result));
}

/// <summary>What the user asked for.</summary>
/// <param name="Surfaces">The functions, each once.</param>
/// <param name="Optimizers">The optimizers, each once.</param>
/// <param name="Steps">Updates of each path; null for the surface's own.</param>
/// <param name="Rate">The learning rate of all paths; null for those of the catalogue.</param>
/// <param name="Noise">The standard deviation of the noise in the gradients.</param>
/// <param name="Seed">The random seed of the noise.</param>
/// <param name="OutputFolder">Where the files go.</param>
/// <param name="Command">The command line.</param>
internal sealed record PathsOptions(
    IReadOnlyList<Surface> Surfaces,
    IReadOnlyList<PathOptimizer> Optimizers,
    int? Steps,
    double? Rate,
    double Noise,
    ulong Seed,
    string OutputFolder,
    string Command);
