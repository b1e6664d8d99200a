using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Tests.Catalog;

/// <summary>One optimizer at one setting: what nearly every test of the optimizers runs over.</summary>
public abstract class OptimizerCase
{
    /// <summary>Optimizer and setting, as in <c>Adam: amsgrad</c>.</summary>
    public required string Name { get; init; }

    public abstract OptimizerOptions Options { get; }

    /// <summary>The state that the setting needs, in the order of the static step's arguments; 0 to 3 buffers.</summary>
    public abstract IReadOnlyList<StateBuffer> States { get; }

    public abstract ErrorBound Bound { get; }

    /// <summary>The static step.</summary>
    public abstract void Step(StepBuffers buffers, long step);

    /// <summary>The optimizer object.</summary>
    public abstract Optimizer Make(IEnumerable<Parameter> parameters);

    /// <summary>The oracle: what one element becomes in double precision. Updates the state and returns the value.</summary>
    public abstract double StepOracle(double value, double gradient, Span<double> state, long step);

    /// <summary>The same optimizer at options that <paramref name="change"/> makes from a copy of these.</summary>
    public abstract OptimizerCase With(string setting, Func<OptimizerOptions, OptimizerOptions> change);

    public override string ToString() => Name;
}

/// <summary>A state buffer.</summary>
/// <param name="Argument">What the static step calls it.</param>
/// <param name="Name">What the optimizer calls it, as PyTorch's state_dict does.</param>
/// <param name="Initial">Its elements before the first step.</param>
public sealed record StateBuffer(string Argument, string Name, float Initial = 0);

/// <summary>
/// How far an optimizer may be from the double-precision oracle. Its documentation states the same numbers.
/// </summary>
/// <param name="First">After the first step, in ULP of max(|p|, |update|).</param>
/// <param name="Hundred">After 100 steps, in ULP of the largest |p| or |update| on the way.</param>
public sealed record ErrorBound(double First, double Hundred);
