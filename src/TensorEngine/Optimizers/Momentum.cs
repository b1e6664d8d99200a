using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Momentum"/>.</summary>
public sealed record MomentumOptions() : OptimizerOptions(learningRate: 1e-2)
{
    /// <summary>The factor of an L2 penalty: WeightDecay * value is added to the gradient; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>How much of the velocity is kept; in [0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Momentum { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;

    /// <inheritdoc/>
    protected internal override MomentumOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Momentum = archive.Number(nameof(Momentum), Momentum),
    };
}

/// <summary>
/// The classical momentum rule (Polyak's heavy ball), as in "Deep Learning from Scratch", chapter 6.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// v = momentum * v - learningRate * g
/// p = p + v
/// </code>
/// The learning rate is part of the velocity, so that changing it acts more slowly than in <see cref="Sgd"/>, whose buffer
/// holds gradients; at a constant rate both take the same path.
/// Error: after the first step at most 2.5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, as every step rounds p.
/// Source: Polyak, Some methods of speeding up the convergence of iteration methods, 1964.
/// </summary>
/// <param name="parameters">The parameters, or a whole store; each once, and none that another optimizer steps.</param>
/// <param name="options">The options of all parameters that are put into no group of their own; null for the defaults.</param>
public sealed class Momentum(IEnumerable<Parameter> parameters, MomentumOptions? options = null)
    : FusedOptimizer<Momentum, MomentumOptions>(parameters, options ?? new()), IFusedOptimizer<MomentumOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<MomentumOptions>.States(MomentumOptions options) => ["velocity"];

    static void IFusedOptimizer<MomentumOptions>.Step(in FusedStep<MomentumOptions> step) =>
        step.Run(new MomentumRule(step.Options), WeightDecay.Coupled(step.Options.WeightDecay));
}

/// <summary>The velocity v gathers steps, and p moves by it.</summary>
internal readonly struct MomentumRule(MomentumOptions options) : IUpdateRule1<MomentumRule>
{
    private readonly Constant _minusRate = new(-options.LearningRate);
    private readonly Constant _momentum = new(options.Momentum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        v = TFloat.FusedMultiplyAdd(TFloat.Splat(_momentum), Flush.Below(v, Flush.Velocity), TFloat.Splat(_minusRate) * g);
        p += v;
    }
}
