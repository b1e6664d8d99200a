using Samples.Shared.Choices;
using Samples.Shared.CommandLine;
using TensorEngine;
using TensorEngine.Minimization;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace OptimizerPaths;

/// <summary>An optimizer with a learning rate for each surface.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Title">In pictures and tables.</param>
/// <param name="Bowl">The rate on x²/20 + y²: for the first four the book's.</param>
/// <param name="Rosenbrock">The rate on Rosenbrock's valley.</param>
/// <param name="Beale">The rate on Beale's plain.</param>
/// <param name="Start">
/// Makes the optimizer of a store with a learning rate. What it returns takes one step; it asks the closure given for the value,
/// which also fills the gradients.
/// </param>
internal sealed record PathOptimizer(
    string Name, string Title, double Bowl, double Rosenbrock, double Beale, Func<ParameterStore, double, Func<double>, Action> Start)
{
    /// <summary>All optimizers.</summary>
    public static IReadOnlyList<PathOptimizer> All { get; } =
    [
        Of("sgd", 0.95, 0.002, 0.01),
        Of("momentum", 0.1, 0.001, 0.001),
        Of("adagrad", 1.5, 1, 1),
        Of("adam", 0.3, 0.2, 0.2),
        Of("adamw", 0.3, 0.2, 0.2),
        Of("amsgrad", 0.3, 0.2, 0.2),
        Of("adamax", 0.5, 0.5, 0.5),
        Of("nadam", 0.5, 0.1, 0.1),
        Of("radam", 1, 0.002, 0.01),
        Of("nesterov", 0.1, 0.001, 0.002),
        Of("rmsprop", 0.2, 0.03, 0.05),
        Of("adadelta", 100, 3, 3),
        Of("rprop", 0.3, 0.03, 0.01),
        Of("asgd", 0.5, 0.002, 0.01),
        Of("lion", 0.2, 0.01, 0.05),
        Of("lars", 30, 10, 1),
        Of("lamb", 0.2, 0.05, 0.01),
        Of("adafactor", 1, 0.05, 0.03),
        Of("muon", 0.3, 0.02, 0.03),
        Of("sf-sgd", 1, 0.005, 0.01),
        Of("sf-adamw", 1, 0.3, 0.5),
        new("lbfgs", "L-BFGS", 1, 1, 1, (store, rate, closure) =>
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
        "bowl" => Bowl,
        "rosenbrock" => Rosenbrock,
        _ => Beale,
    };

    private static PathOptimizer Of(string name, double bowl, double rosenbrock, double beale)
    {
        OptimizerChoice choice = OptimizerChoice.Parse(name, OptimizerChoice.All);
        return new(choice.Name, choice.Title, bowl, rosenbrock, beale, (store, rate, closure) =>
        {
            // No decay: it would pull to 0, which is not where every surface has its minimum.
            Optimizer optimizer = choice.Create(store, rate, weightDecay: 0);
            FollowTheBook(optimizer);
            return () =>
            {
                closure();
                optimizer.Step();
            };
        });
    }

    /// <summary>The book adds 1e-7 where PyTorch adds 1e-8 or 1e-10, and in Adam after the paper's shortened correction.</summary>
    private static void FollowTheBook(Optimizer optimizer)
    {
        switch (optimizer)
        {
            case AdaGrad adaGrad:
                adaGrad.Options.Epsilon = 1e-7;
                break;
            case Adam and not AdamW:
                var options = (AdamOptions)optimizer.Options;
                options.Epsilon = 1e-7;
                options.EpsilonOutsideCorrection = true;
                break;
        }
    }
}
