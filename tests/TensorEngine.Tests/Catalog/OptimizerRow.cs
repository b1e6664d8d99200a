using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Tests.Catalog;

/// <summary>A static step, told which span is which.</summary>
public delegate void SpanStep<TOptions>(StepBuffers buffers, TOptions options, long step);

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

    /// <summary>The settings under test.</summary>
    IEnumerable<OptimizerCase> Cases { get; }

    /// <summary>The case that PyTorch ran with <paramref name="recorded"/> options.</summary>
    OptimizerCase FromTorch(string name, TorchOptions recorded);
}

/// <summary>An optimizer: how to run it, what is true of it, and at which settings to test it.</summary>
public sealed class OptimizerRow<TOptions> : IOptimizerRow
    where TOptions : OptimizerOptions
{
    public required Type Optimizer { get; init; }

    public required SpanStep<TOptions> Step { get; init; }

    public required Func<IEnumerable<Parameter>, TOptions, Optimizer> Make { get; init; }

    public required Func<TOptions, StateBuffer[]> States { get; init; }

    public required OracleStep<TOptions> Oracle { get; init; }

    public required ErrorBound Bound { get; init; }

    public string? TorchName { get; init; }

    /// <summary>Our options from those that PyTorch had.</summary>
    public Func<TorchOptions, TOptions>? TorchOptions { get; init; }

    public required (string Name, TOptions Options)[] Settings { get; init; }

    public IEnumerable<OptimizerCase> Cases => Settings.Select(setting => NewCase(setting.Name, setting.Options));

    public OptimizerCase FromTorch(string name, TorchOptions recorded) => NewCase(name, TorchOptions!(recorded));

    public override string ToString() => Optimizer.Name;

    private Case NewCase(string setting, TOptions options) =>
        new(this, options) { Name = $"{Optimizer.Name}: {setting}" };

    private sealed class Case(OptimizerRow<TOptions> row, TOptions options) : OptimizerCase
    {
        public override OptimizerOptions Options => options;

        public override IReadOnlyList<StateBuffer> States { get; } = row.States(options);

        public override ErrorBound Bound => row.Bound;

        public override void Step(StepBuffers buffers, long step) => row.Step(buffers, options, step);

        public override Optimizer Make(IEnumerable<Parameter> parameters) => row.Make(parameters, options);

        public override double StepOracle(double value, double gradient, Span<double> state, long step) =>
            row.Oracle(value, gradient, state, options, step);

        public override OptimizerCase With(string setting, Func<OptimizerOptions, OptimizerOptions> change) =>
            new Case(row, (TOptions)change(options)) { Name = $"{Name}, {setting}" };
    }
}
