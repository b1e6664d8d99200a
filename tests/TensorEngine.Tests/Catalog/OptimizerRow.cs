using TensorEngine.Checks;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Tests.Catalog;

/// <summary>A step of one element in double precision.</summary>
public delegate double OracleStep<TOptions>(double value, double gradient, Span<double> state, TOptions options, long step);

/// <summary>A row of the catalog, whatever its options.</summary>
public interface IOptimizerRow
{
    /// <summary>The optimizer's class, whose documentation states the error.</summary>
    Type Optimizer { get; }

    ErrorBound Bound { get; }

    /// <summary>The class in torch.optim, or null.</summary>
    string? TorchName { get; }

    /// <summary>Whether weight decay passes its moments by.</summary>
    bool DecouplesDecay { get; }

    /// <summary>What the pages say of it; null for a user's own.</summary>
    OptimizerPage? Page { get; }

    /// <summary>The settings under test.</summary>
    IEnumerable<OptimizerCase> Cases { get; }

    /// <summary>The options' defaults as their text has them.</summary>
    string Defaults { get; }

    /// <summary>The options by default.</summary>
    OptimizerOptions DefaultOptions { get; }

    /// <summary>What it reaches on the problems that every optimizer is tried on.</summary>
    IEnumerable<Convergence> Converges { get; }

    /// <summary>The case that PyTorch ran with <paramref name="recorded"/> options.</summary>
    OptimizerCase FromTorch(string name, TorchOptions recorded);
}

/// <summary>What an optimizer reaches on a problem.</summary>
/// <param name="Problem"><c>bowl</c>, <c>Rosenbrock</c> or <c>digits</c>.</param>
/// <param name="Setting">The optimizer and its options.</param>
/// <param name="Make">Makes it.</param>
/// <param name="Steps">The number of steps; 0 where the problem says it.</param>
/// <param name="Loss">The loss that it has to reach.</param>
public sealed record Convergence(
    string Problem, string Setting, Func<IEnumerable<Parameter>, Optimizer> Make, int Steps, double Loss)
{
    public override string ToString() => $"{Problem}, {Setting}";
}

/// <summary>An elementwise optimizer: how to make it, what is true of it, and at which settings to test it.</summary>
public sealed class OptimizerRow<TOptimizer, TOptions> : IOptimizerRow
    where TOptimizer : FusedOptimizer<TOptimizer, TOptions>, IFusedOptimizer<TOptions>
    where TOptions : OptimizerOptions, new()
{
    public Type Optimizer => typeof(TOptimizer);

    public required Func<IEnumerable<Parameter>, TOptions, TOptimizer> Make { get; init; }

    public required OracleStep<TOptions> Oracle { get; init; }

    public required ErrorBound Bound { get; init; }

    public bool DecouplesDecay { get; init; }

    public OptimizerPage? Page { get; init; }

    public string? TorchName { get; init; }

    /// <summary>Our options from those that PyTorch had.</summary>
    public Func<TorchOptions, TOptions>? TorchOptions { get; init; }

    public required (string Name, TOptions Options)[] Settings { get; init; }

    public required string Defaults { get; init; }

    public OptimizerOptions DefaultOptions => new TOptions();

    /// <summary>Options that find the bottom of the bowl, and the loss there.</summary>
    public required (TOptions Options, double Loss)[] Bowl { get; init; }

    /// <summary>Options that find the bottom of Rosenbrock's valley, and the loss there.</summary>
    public required (TOptions Options, double Loss)[] Rosenbrock { get; init; }

    /// <summary>Options that learn the digits, in how many steps, and the loss then.</summary>
    public (TOptions Options, int Steps, double Loss)[] Digits { get; init; } = [];

    public IEnumerable<Convergence> Converges =>
    [
        .. Bowl.Select(one => Reaches("bowl", one.Options, 0, one.Loss)),
        .. Rosenbrock.Select(one => Reaches("Rosenbrock", one.Options, 0, one.Loss)),
        .. Digits.Select(one => Reaches("digits", one.Options, one.Steps, one.Loss)),
    ];

    public IEnumerable<OptimizerCase> Cases => Settings.Select(setting => NewCase(setting.Name, setting.Options));

    public OptimizerCase FromTorch(string name, TorchOptions recorded) => NewCase(name, TorchOptions!(recorded));

    public override string ToString() => Optimizer.Name;

    private Convergence Reaches(string problem, TOptions options, int steps, double loss) =>
        new(problem, $"{Optimizer.Name} {options}", parameters => Make(parameters, options), steps, loss);

    private Case NewCase(string setting, TOptions options) =>
        new(this, options) { Name = $"{Optimizer.Name}: {setting}" };

    private sealed class Case(OptimizerRow<TOptimizer, TOptions> row, TOptions options) : OptimizerCase
    {
        public override OptimizerOptions Options => options;

        public override IReadOnlyList<StateName> States { get; } = TOptimizer.States(options);

        public override ErrorBound Bound => row.Bound;

        public override void Step(StepBuffers b, long step)
        {
            if (TOptimizer.Carried.Count == 0)
            {
                FusedOptimizer<TOptimizer, TOptions>.Update(
                    options, step, b.Values, b.Gradients, b.State0, b.State1, b.State2, b.State3);
                return;
            }

            // What is carried depends on no element, so that it is found by steps of none.
            CarriedNumbers carried = default;
            for (int i = 0; i < TOptimizer.Carried.Count; i++)
                carried[i] = TOptimizer.Carried[i].Initial;
            for (long earlier = 1; earlier < step; earlier++)
                FusedOptimizer<TOptimizer, TOptions>.Update(options, earlier, ref carried, [], []);
            FusedOptimizer<TOptimizer, TOptions>.Update(
                options, step, ref carried, b.Values, b.Gradients, b.State0, b.State1, b.State2, b.State3);
        }

        public override void StepWithoutOptions(StepBuffers b, long step) =>
            FusedOptimizer<TOptimizer, TOptions>.Update(
                null!, step, b.Values, b.Gradients, b.State0, b.State1, b.State2, b.State3);

        public override Optimizer Make(IEnumerable<Parameter> parameters) => row.Make(parameters, options);

        public override CheckReport Check() => RuleCheck.Of(row.Make, options);

        public override ParameterGroup AddGroup(
            Optimizer optimizer, IEnumerable<Parameter> parameters, Func<OptimizerOptions, OptimizerOptions> change) =>
            ((Optimizer<TOptions>)optimizer).AddGroup(parameters, own => (TOptions)change(own));

        public override double StepOracle(double value, double gradient, Span<double> state, long step) =>
            row.Oracle(value, gradient, state, options, step);

        public override OptimizerCase With(string setting, Func<OptimizerOptions, OptimizerOptions> change) =>
            new Case(row, (TOptions)change(options)) { Name = $"{Name}, {setting}" };
    }
}
