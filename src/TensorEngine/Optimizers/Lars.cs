using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Lars"/>: those of SGD, with a learning rate of 1 and a momentum of 0.9, and the paper's trust.</summary>
public sealed record LarsOptions : SgdOptions
{
    /// <summary>The defaults.</summary>
    public LarsOptions()
    {
        LearningRate = 1;
        Momentum = 0.9;
    }

    /// <summary>eta: how large a step may be beside the parameter, at a learning rate of 1; at least 0, by default 0.001.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double TrustCoefficient
    {
        get;
        set => field = Require.NonNegative(value);
    } = 1e-3;

    /// <summary>Added to the norms that are divided by; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon
    {
        get;
        set => field = Require.NonNegative(value);
    }

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        TrustCoefficient = visitor.Number(nameof(TrustCoefficient), TrustCoefficient);
        Epsilon = visitor.Number(nameof(Epsilon), Epsilon);
    }
}

/// <summary>
/// LARS, layer-wise adaptive rate scaling: <see cref="Sgd"/> with each parameter's gradient brought to a length that fits the
/// parameter's own. Norms are of the whole parameter.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// ratio = trustCoefficient * |p| / (|g| + weightDecay * |p| + epsilon)      (1 if |p| or |g| is 0)
/// g = ratio * (g + weightDecay * p)
/// b = momentum * b + (1 - dampening) * g      (first step: b = g)
/// p = p - learningRate * b                    (nesterov: g + momentum * b for b; without momentum: g)
/// </code>
/// Passes: one that reads p, one that reads g, and SGD's, which reads p, g and b and writes p and b: 28 bytes per element. The
/// paper has the learning rate inside the buffer, as <see cref="Optimizers.Momentum"/>; at a constant rate both take the same path.
/// Biases and scales are usually left to <see cref="Sgd"/>: an optimizer may own a part of a store.
/// Error: after a step at most 2 ULP of max(|p|, the parameter's largest update) from exact arithmetic on the same state.
/// Source: You, Gitman and Ginsburg, Large batch training of convolutional networks, 2017.
/// </summary>
public sealed class Lars : ParameterwiseOptimizer<LarsOptions>
{
    /// <inheritdoc cref="Sgd(ParameterStore, SgdOptions?)"/>
    public Lars(ParameterStore store, LarsOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <inheritdoc cref="Sgd(IEnumerable{Parameter}, SgdOptions?)"/>
    public Lars(IEnumerable<Parameter> parameters, LarsOptions? options = null)
        : base(parameters, options is null ? new() : options with { }, options is { Momentum: 0 } ? [] : ["momentum_buffer"])
    {
    }

    internal override string Kind => "Lars";

    /// <summary>One step over the caller's memory, in place, as of one whole parameter.</summary>
    /// <param name="values">p, any length and alignment.</param>
    /// <param name="gradients">As long as <paramref name="values"/>; not written.</param>
    /// <param name="momentumBuffer">b, as long as <paramref name="values"/>; 0 before the first step.</param>
    /// <param name="options">The options; a momentum of 0 leaves the buffer as it is.</param>
    /// <param name="step">The number of this step, from 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ or buffers overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    /// <exception cref="InvalidOperationException">Two options contradict each other.</exception>
    public static void Step(
        Span<float> values, ReadOnlySpan<float> gradients, Span<float> momentumBuffer, LarsOptions options, long step)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.CheckTogether();
        Require.Step(step);
        Run(options, step, SpanBuffers.Check(values, gradients, momentumBuffer), values.Length);
    }

    private protected override void CheckOptions(LarsOptions options)
    {
        base.CheckOptions(options);
        if (options.Momentum != 0 && StateNames.Count == 0)
        {
            throw new InvalidOperationException(
                $"Momentum is {options.Momentum}, but this Lars was made with momentum 0 and has no buffer; make it with a positive momentum.");
        }
    }

    private protected override void Update(LarsOptions options, long step, int slot, in UpdateBuffers buffers) =>
        Run(options, step, buffers, Parameters[slot].Length);

    private static void Run(LarsOptions options, long step, in UpdateBuffers buffers, int length)
    {
        double valueNorm = Whole.Norm(MemoryMarshal.CreateReadOnlySpan(ref buffers.Values, length), buffers.Workers);
        double gradientNorm = Whole.GradientNorm(buffers, length);
        double ratio = valueNorm == 0 || gradientNorm == 0
            ? 1
            : options.TrustCoefficient * valueNorm / (gradientNorm + options.WeightDecay * valueNorm + options.Epsilon);

        ReadOnlySpan<Segment> whole = [new Segment(0, 0, length)];
        if (options.Momentum == 0)
            UpdateLoop.Run(new TrustedRule<SgdRule>(ratio, new(options)), options, buffers, whole);
        else if (options.Nesterov)
            UpdateLoop.Run(new TrustedRule<SgdNesterovRule>(ratio, new(options)), options, buffers, whole);
        else
            UpdateLoop.Run(new TrustedRule<SgdMomentumRule>(ratio, new(options, step)), options, buffers, whole);
    }
}

/// <summary>A rule whose gradient is multiplied by the trust ratio, after weight decay.</summary>
internal readonly struct TrustedRule<TRule>(double ratio, TRule rule) : IUpdateRule
    where TRule : struct, IUpdateRule
{
    private readonly float _ratio = (float)ratio;
    private readonly TRule _rule = rule;

    public static int StateCount => TRule.StateCount;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat state0, ref TFloat state1, ref TFloat state2)
        where TFloat : struct, IFloatLane<TFloat> => _rule.Update(ref p, TFloat.Splat(_ratio) * g, ref state0, ref state1, ref state2);
}
