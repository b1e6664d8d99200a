using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Momentum"/>.</summary>
public sealed record MomentumOptions : VelocityOptions;

/// <summary>
/// Implements classical momentum (Polyak's heavy ball), as in "Deep Learning from Scratch", chapter 6.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// v = momentum * v - learningRate * g
/// p = p + v
/// </code>
/// The learning rate is part of the velocity, so a change of the rate acts more slowly than in <see cref="Sgd"/>, whose buffer holds
/// gradients; at a constant rate both follow the same path.
/// Error: after the first step at most 2.5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the largest
/// |p| or |update| on the way, because every step rounds p.
/// Source: Polyak, Some methods of speeding up the convergence of iteration methods, 1964.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class Momentum(IEnumerable<Parameter> parameters, MomentumOptions? options = null)
    : FusedOptimizer<Momentum, MomentumOptions>(parameters, options ?? new()), IFusedOptimizer<MomentumOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<MomentumOptions>.States(MomentumOptions options) => ["velocity"];

    static void IFusedOptimizer<MomentumOptions>.Step(in FusedStep<MomentumOptions> step) =>
        step.Run(new MomentumRule(step.Options), WeightDecay.Coupled(step.Options.WeightDecay));
}

/// <summary>Accumulates steps in the velocity v, by which p moves.</summary>
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
