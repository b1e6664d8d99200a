using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Nesterov"/>.</summary>
public sealed record NesterovOptions : VelocityOptions;

/// <summary>
/// Implements Nesterov's accelerated gradient with the velocity of <see cref="Momentum"/>, as in "Deep Learning from Scratch", chapter 6,
/// whose p + momentum^2 * v - (1 + momentum) * learningRate * g, with v before the step, is the same.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// v = momentum * v - learningRate * g
/// p = p + momentum * v - learningRate * g
/// </code>
/// At a constant learning rate, <see cref="Sgd"/> with Nesterov follows the same path.
/// Error: after the first step at most 3 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, because every step rounds p.
/// Source: Nesterov, A method of solving a convex programming problem with convergence rate O(1/k^2), 1983; Bengio,
/// Boulanger-Lewandowski and Pascanu, Advances in optimizing recurrent networks, 2013 (this form).
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class Nesterov(IEnumerable<Parameter> parameters, NesterovOptions? options = null)
    : FusedOptimizer<Nesterov, NesterovOptions>(parameters, options ?? new()), IFusedOptimizer<NesterovOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<NesterovOptions>.States(NesterovOptions options) => ["velocity"];

    static void IFusedOptimizer<NesterovOptions>.Step(in FusedStep<NesterovOptions> step) =>
        step.Run(new NesterovRule(step.Options), WeightDecay.Coupled(step.Options.WeightDecay));
}

/// <summary>As <see cref="MomentumRule"/>, with p one step of the velocity v ahead.</summary>
internal readonly struct NesterovRule(NesterovOptions options) : IUpdateRule1<NesterovRule>
{
    private readonly Constant _minusRate = new(-options.LearningRate);
    private readonly Constant _momentum = new(options.Momentum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat move = TFloat.Splat(_minusRate) * g;
        v = TFloat.FusedMultiplyAdd(TFloat.Splat(_momentum), Flush.Below(v, Flush.Velocity), move);
        p += TFloat.FusedMultiplyAdd(TFloat.Splat(_momentum), v, move);
    }
}
