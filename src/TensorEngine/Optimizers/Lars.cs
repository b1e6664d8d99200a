using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Lars"/>: those of SGD, with a learning rate of 1 and a momentum of 0.9, and the paper's trust.</summary>
public sealed record LarsOptions() : OptimizerOptions(learningRate: 1)
{
    /// <summary>The factor of an L2 penalty: each step adds WeightDecay * value to the gradient; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>mu: the decay rate of the momentum buffer; in [0, 1), by default 0.9. An optimizer created with 0 has no buffer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Momentum { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;

    /// <summary>
    /// The share of the gradient that does not enter the momentum buffer, except in the first step; finite, by default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    public double Dampening { get; init => field = HyperParameter.Finite(value); }

    /// <summary>Whether to look ahead along the buffer; requires a positive momentum and no dampening.</summary>
    public bool Nesterov { get; init; }

    /// <summary>eta: the size of a step relative to the parameter at a learning rate of 1; at least 0, by default 0.001.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double TrustCoefficient { get; init => field = HyperParameter.NonNegative(value); } = 1e-3;

    /// <summary>Added to the norms in the denominator; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); }

    /// <inheritdoc/>
    protected internal override string? FindContradiction() => SgdOptions.FindContradiction(Nesterov, Momentum, Dampening);

    /// <inheritdoc/>
    protected internal override LarsOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Momentum = archive.Number(nameof(Momentum), Momentum),
        Dampening = archive.Number(nameof(Dampening), Dampening),
        Nesterov = archive.Flag(nameof(Nesterov), Nesterov),
        TrustCoefficient = archive.Number(nameof(TrustCoefficient), TrustCoefficient),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
    };
}

/// <summary>
/// Implements LARS, layer-wise adaptive rate scaling: <see cref="Sgd"/> with each parameter's gradient scaled in proportion to the norm of
/// the parameter. Norms are over the whole parameter.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// ratio = trustCoefficient * |p| / (|g| + weightDecay * |p| + epsilon)      (1 if |p| or |g| is 0)
/// g = ratio * (g + weightDecay * p)
/// b = momentum * b + (1 - dampening) * g      (first step: b = g)
/// p = p - learningRate * b                    (nesterov: g + momentum * b for b; without momentum: g)
/// </code>
/// Passes: one that reads p, one that reads g, and SGD's, which reads p, g and b and writes p and b: 28 bytes per element. In the paper the
/// learning rate is inside the buffer, as in <see cref="Optimizers.Momentum"/>; at a constant rate both follow the same path. Use
/// <see cref="Sgd"/> for biases and scales: an optimizer may own a part of a store.
/// Error: after a step at most 2 ULP of max(|p|, the parameter's largest update) from exact arithmetic on the same state.
/// Source: You, Gitman and Ginsburg, Large batch training of convolutional networks, 2017.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class Lars(IEnumerable<Parameter> parameters, LarsOptions? options = null)
    : Optimizer<LarsOptions>(
        ParameterCuts.BetweenBlocks, parameters, options ?? new(), options is { Momentum: 0 } ? [] : [new("momentum_buffer")], [])
{
    /// <summary>One step of a whole parameter in the caller's memory, in place.</summary>
    /// <param name="options">The options.</param>
    /// <param name="step">The number of this step, counted from 1.</param>
    /// <param name="values">p, any length and alignment; updated.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="momentumBuffer">b, as long as <paramref name="values"/>; empty without momentum.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// Lengths differ, buffers overlap, two options contradict each other, or the buffer is missing or not needed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    public static void Update(
        LarsOptions options, long step, Span<float> values, ReadOnlySpan<float> gradients, Span<float> momentumBuffer = default) =>
        Step(ParameterStep<LarsOptions>.Over(options, step, values, gradients, momentumBuffer));

    /// <inheritdoc/>
    protected override void Step(in StepContext<LarsOptions> step)
    {
        if (Norms is { } norms)
        {
            for (int i = 0; i < step.ParameterCount; i++)
                step.Parameter(i).AddNorms(norms);
            norms.Exchange();
        }

        for (int i = 0; i < step.ParameterCount; i++)
            Step(step.Parameter(i));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<StateName> StatesAt(LarsOptions options) => options.Momentum > 0 ? ["momentum_buffer"] : [];

    private static void Step(in ParameterStep<LarsOptions> step)
    {
        LarsOptions options = step.Options;
        double valueNorm = step.ValueNorm(), gradientNorm = step.GradientNorm();
        double ratio = valueNorm == 0 || gradientNorm == 0
            ? 1
            : options.TrustCoefficient * valueNorm / (gradientNorm + options.WeightDecay * valueNorm + options.Epsilon);
        var decay = WeightDecay.Coupled(options.WeightDecay);
        (double rate, double momentum) = (options.LearningRate, options.Momentum);
        if (momentum == 0)
            step.Run(new TrustedRule<SgdRule>(ratio, new(rate)), decay);
        else if (options.Nesterov)
            step.Run(new TrustedRule<SgdNesterovRule>(ratio, new(rate, momentum)), decay);
        else
            step.Run(new TrustedRule<SgdMomentumRule>(ratio, new(rate, momentum, options.Dampening, step.Number)), decay);
    }
}

/// <summary>A rule whose gradient is first scaled to the norm of the parameter.</summary>
internal readonly struct TrustedRule<TRule>(double ratio, TRule rule) : IUpdateRule<TrustedRule<TRule>>
    where TRule : struct, IUpdateRule<TRule>
{
    private readonly FarFactor _ratio = new(ratio);
    private readonly TRule _rule = rule;

    public static int StateCount => TRule.StateCount;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<TFloat>(
        in TrustedRule<TRule> rule, ref TFloat p, TFloat g, ref TFloat state0, ref TFloat state1, ref TFloat state2, ref TFloat state3)
        where TFloat : struct, IFloatLane<TFloat> =>
        TRule.Apply(rule._rule, ref p, rule._ratio.Times(g), ref state0, ref state1, ref state2, ref state3);
}
