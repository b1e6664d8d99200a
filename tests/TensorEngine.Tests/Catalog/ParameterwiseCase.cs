using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Oracles;

namespace TensorEngine.Tests.Catalog;

/// <summary>One optimizer that sees whole parameters, at one setting.</summary>
public abstract class ParameterwiseCase
{
    public required string Name { get; init; }

    /// <summary>Shapes that it steps.</summary>
    public required Shape[] Shapes { get; init; }

    /// <summary>The largest error after one step, in ULP of max(|p|, the parameter's largest update); null for an error measured another way.</summary>
    public required double? Bound { get; init; }

    /// <summary>Whether a step sees all parameters together, so that its oracle takes them as one.</summary>
    public bool SeesAll { get; init; }

    public abstract Optimizer Make(IEnumerable<Parameter> parameters);

    /// <summary>A step of a whole parameter in double precision.</summary>
    public abstract void StepOracle(Shape shape, double[] p, double[] g, OracleState state, long step);

    public override string ToString() => Name;
}

/// <summary>A step of a whole parameter in double precision.</summary>
public delegate void ParameterwiseOracle<TOptions>(
    Shape shape, double[] p, double[] g, OracleState state, TOptions options, long step);

/// <inheritdoc/>
public sealed class ParameterwiseCase<TOptions>(
    Func<IEnumerable<Parameter>, TOptions, Optimizer> make, ParameterwiseOracle<TOptions> oracle, TOptions options) : ParameterwiseCase
{
    public override Optimizer Make(IEnumerable<Parameter> parameters) => make(parameters, options);

    public override void StepOracle(Shape shape, double[] p, double[] g, OracleState state, long step) =>
        oracle(shape, p, g, state, options, step);
}
