using Samples.Shared.Choices;
using Samples.Shared.CommandLine;
using TensorEngine;
using TensorEngine.Minimization;
using TensorEngine.Optimizers.Stepping;

namespace OptimizerPaths;

/// <summary>An optimizer with a learning rate for each surface.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Title">In pictures and tables.</param>
/// <param name="Rates">The learning rates.</param>
/// <param name="Start">
/// Makes the optimizer of a store with a learning rate. What it returns takes one step; it asks the closure given for the value,
/// which also fills the gradients.
/// </param>
internal sealed record PathOptimizer(
    string Name, string Title, SurfaceRates Rates, Func<ParameterStore, double, Func<double>, Action> Start)
{
    /// <summary>All optimizers.</summary>
    public static IReadOnlyList<PathOptimizer> All { get; } =
    [
        .. OptimizerChoice.All.Select(Of),
        new("lbfgs", "L-BFGS", new(Bowl: 1, Rosenbrock: 1, Beale: 1), (store, rate, closure) =>
        {
            var lbfgs = new Lbfgs(
                store, new() { LearningRate = rate, MaximumIterations = 1, LineSearch = LbfgsLineSearch.StrongWolfe });
            return () => lbfgs.Step(closure);
        }),
    ];

    /// <summary>The book's four.</summary>
    public static IReadOnlyList<PathOptimizer> Default { get; } = [.. All.Take(OptimizerChoice.Book.Count)];

    /// <summary>The names, for messages and the help.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(optimizer => optimizer.Name));

    /// <summary>The optimizer called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static PathOptimizer Parse(string name) =>
        All.FirstOrDefault(optimizer => string.Equals(optimizer.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw SampleOption.Unusable("--optimizer", name, $"one of {Names}");

    /// <summary>The learning rate on a surface.</summary>
    public double Rate(Surface surface) => surface.Name switch
    {
        "bowl" => Rates.Bowl,
        "rosenbrock" => Rates.Rosenbrock,
        _ => Rates.Beale,
    };

    private static PathOptimizer Of(OptimizerChoice choice) => new(choice.Name, choice.Title, choice.SurfaceRates, (store, rate, closure) =>
    {
        Optimizer optimizer = choice.Factory.CreateAsInBook(store, rate);
        return () =>
        {
            closure();
            optimizer.Step();
        };
    });
}
