using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Tests.Catalog;

/// <summary>One optimizer at one setting: what nearly every test of the optimizers runs over.</summary>
public abstract class OptimizerCase
{
    /// <summary>Optimizer and setting, as in <c>Adam: amsgrad</c>.</summary>
    public required string Name { get; init; }

    public abstract OptimizerOptions Options { get; }

    /// <summary>The state that the setting needs, in the order in which the rule has it; 0 to 4 buffers.</summary>
    public abstract IReadOnlyList<StateName> States { get; }

    public abstract ErrorBound Bound { get; }

    /// <summary>The step over own memory.</summary>
    public abstract void Step(StepBuffers buffers, long step);

    /// <summary>The step over own memory with null for the options.</summary>
    public abstract void StepWithoutOptions(StepBuffers buffers, long step);

    /// <summary>The optimizer object.</summary>
    public abstract Optimizer Make(IEnumerable<Parameter> parameters);

    /// <summary>Adds a group to an optimizer that <see cref="Make"/> made.</summary>
    public abstract ParameterGroup AddGroup(
        Optimizer optimizer, IEnumerable<Parameter> parameters, Func<OptimizerOptions, OptimizerOptions> change);

    /// <summary>The oracle: what one element becomes in double precision. Updates the state and returns the value.</summary>
    public abstract double StepOracle(double value, double gradient, Span<double> state, long step);

    /// <summary>The same optimizer at options that <paramref name="change"/> makes from these.</summary>
    public abstract OptimizerCase With(string setting, Func<OptimizerOptions, OptimizerOptions> change);

    public override string ToString() => Name;
}

/// <summary>
/// How far an optimizer may be from the double-precision oracle. Its documentation states the same numbers.
/// </summary>
/// <param name="First">After the first step, in ULP of max(|p|, |update|).</param>
/// <param name="Hundred">After 100 steps, in ULP of the largest |p| or |update| on the way.</param>
public sealed record ErrorBound(double First, double Hundred);
