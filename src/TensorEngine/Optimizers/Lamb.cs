using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Lamb"/>: those of Adam's family, with an epsilon of 1e-6.</summary>
public sealed record LambOptions() : MomentOptions(learningRate: 1e-3, epsilon: 1e-6)
{
    /// <summary>The weight decay: WeightDecay * p is part of the direction; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The largest trust ratio; at least 0, null (the default) for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double? MaximumTrustRatio { get; init => field = value is { } ratio ? HyperParameter.NonNegative(ratio) : null; }

    /// <inheritdoc/>
    protected internal override LambOptions Describe(StateArchive archive) => (LambOptions)base.Describe(archive) with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        MaximumTrustRatio = archive.Optional(nameof(MaximumTrustRatio), MaximumTrustRatio),
    };
}

/// <summary>
/// Implements LAMB: the direction of <see cref="Adam"/>, with each parameter's step scaled in proportion to the norm of the parameter.
/// Norms are over the whole parameter.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// m = beta1 * m + (1 - beta1) * g
/// v = beta2 * v + (1 - beta2) * g^2
/// u = m / (1 - beta1^step) / (sqrt(v) / sqrt(1 - beta2^step) + epsilon) + weightDecay * p
/// ratio = min(|p| / |u|, maximumTrustRatio)   (1 if |p| or |u| is 0)
/// p = p - learningRate * ratio * u
/// </code>
/// Passes: one that reads p, g, m and v and writes m, v and u (and p, unchanged), one that reads p, one that reads u, and one that
/// reads p and u and writes p: 56 bytes per element. The memory for u is that of the largest parameter, and is often still in the cache.
/// In a <see cref="ParameterShard"/> with several parts it is that of the part, because norms are known only after all parts have summed
/// theirs.
/// Error: after a step at most 3.5 ULP of max(|p|, the parameter's largest update) from exact arithmetic on the same state.
/// Source: You et al., Large batch optimization for deep learning: training BERT in 76 minutes, 2020.
/// </summary>
public sealed class Lamb : Optimizer<LambOptions>
{
    // Behind the two moments.
    private const int DirectionPlace = 4;

    private readonly AlignedBuffer _direction;

    /// <summary>Creates the optimizer and allocates all of its state.</summary>
    /// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
    /// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// A parameter appears twice or belongs to another optimizer, there is no parameter, or two options contradict each other.
    /// </exception>
    public Lamb(IEnumerable<Parameter> parameters, LambOptions? options = null)
        : base(ParameterCuts.BetweenBlocks, parameters, options ?? new(), [new("exp_avg"), new("exp_avg_sq")], [])
    {
        int length = Norms is null ? Parameters.Max(parameter => parameter.Length) : Slots.StateLength;
        _direction = new AlignedBuffer(length, DirectionPlace);
    }

    /// <summary>One step of a whole parameter in the caller's memory, in place.</summary>
    /// <param name="options">The options.</param>
    /// <param name="step">The number of this step, counted from 1.</param>
    /// <param name="values">p, any length and alignment; updated.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="firstMoment">m, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="secondMoment">v, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="direction">Scratch memory as long as <paramref name="values"/>; receives u.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ or buffers overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    public static void Update(
        LambOptions options,
        long step,
        Span<float> values,
        ReadOnlySpan<float> gradients,
        Span<float> firstMoment,
        Span<float> secondMoment,
        Span<float> direction)
    {
        Require.SameLength(direction, values);
        Require.Apart(direction, values);
        Require.Apart(direction, gradients);
        Require.Apart(direction, firstMoment);
        Require.Apart(direction, secondMoment);
        ParameterStep<LambOptions> whole = ParameterStep<LambOptions>.Over(options, step, values, gradients, firstMoment, secondMoment);
        Direct(whole, direction);
        Move(whole, direction, Reduction.SquaredNorm(direction));
    }

    /// <inheritdoc/>
    protected override void Step(in StepContext<LambOptions> step)
    {
        if (Norms is { } norms)
        {
            StepPieces(step, norms);
            return;
        }

        for (int i = 0; i < step.ParameterCount; i++)
        {
            ParameterStep<LambOptions> one = step.Parameter(i);
            Span<float> direction = _direction.Span[..one.Length];
            Direct(one, direction);
            Move(one, direction, Reduction.SquaredNorm(direction, one.Workers));
        }
    }

    private void StepPieces(in StepContext<LambOptions> step, ShardNorms norms)
    {
        Span<float> directions = _direction.Span;
        for (int i = 0; i < step.ParameterCount; i++)
        {
            ParameterStep<LambOptions> one = step.Parameter(i);
            Direct(one, directions[..one.Length]);
            one.AddNorms(norms, directions[..one.Length]);
            directions = directions[one.Length..];
        }

        norms.Exchange();
        directions = _direction.Span;
        for (int i = 0; i < step.ParameterCount; i++)
        {
            ParameterStep<LambOptions> one = step.Parameter(i);
            Move(one, directions[..one.Length], norms.SquaredNorm(one.Slot, kind: 1));
            directions = directions[one.Length..];
        }
    }

    // The decay is a part of the direction, so the sweep has none to do.
    private static void Direct(in ParameterStep<LambOptions> step, Span<float> direction) =>
        step.Run(new LambRule(step.Options, step.Number), WeightDecay.None, step.State(0), step.State(1), direction);

    private static void Move(in ParameterStep<LambOptions> step, ReadOnlySpan<float> direction, double squaredDirectionNorm)
    {
        double valueNorm = step.ValueNorm();
        double directionNorm = Math.Sqrt(squaredDirectionNorm);
        double ratio = valueNorm == 0 || directionNorm == 0 ? 1 : valueNorm / directionNorm;
        step.Move(-step.Options.LearningRate * Math.Min(ratio, step.Options.MaximumTrustRatio ?? double.PositiveInfinity), direction);
    }
}

/// <summary>Updates Adam's moments and computes the direction u for the following passes; p stays unchanged.</summary>
internal readonly struct LambRule(LambOptions options, long step) : IUpdateRule3<LambRule>
{
    // A rate of -1 turns Adam's step into the direction itself.
    private readonly AdamRule _adam = new(learningRate: -1, options.Beta1, options.Beta2, options.Epsilon, step);
    private readonly Constant _weightDecay = new(options.WeightDecay);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v, ref TFloat u)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _adam.UpdateMoments(g, ref m, ref v);
        u = TFloat.Splat(_weightDecay) * p;
        _adam.Move(ref u, m, v);
    }
}
