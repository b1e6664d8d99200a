using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Mars"/>, with its authors' defaults.</summary>
public sealed record MarsOptions() : OptimizerOptions(learningRate: 3e-3)
{
    /// <summary>
    /// The decoupled weight decay: each step first subtracts LearningRate * WeightDecay * value; at least 0, by default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The decay rate of the average gradient; in [0, 1), by default 0.95.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.95;

    /// <summary>The decay rate of the average square; in [0, 1), by default 0.99.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.99;

    /// <summary>The share of the gradient's change that is treated as noise; at least 0, by default 0.025.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Gamma { get; init => field = HyperParameter.NonNegative(value); } = 0.025;

    /// <summary>Keeps the quotient finite; at least 0, by default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-8;

    /// <inheritdoc/>
    protected internal override MarsOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
        Gamma = archive.Number(nameof(Gamma), Gamma),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
    };
}

/// <summary>
/// Implements MARS-AdamW: <see cref="AdamW"/> on gradients whose noise is reduced by means of their change between steps. Each parameter's
/// corrected gradient is clipped to a norm of 1.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// d = g - gradient of the step before         (0 in the first step)
/// c = g + gamma * beta1 / (1 - beta1) * d
/// c = c / max(1, |c|)                         (the norm is of the whole parameter)
/// m = beta1 * m + (1 - beta1) * c
/// v = beta2 * v + (1 - beta2) * c^2
/// p = p * (1 - learningRate * weightDecay)
///     - learningRate * m / (1 - beta1^step) / (sqrt(v / (1 - beta2^step)) + epsilon)
/// </code>
/// This is the paper's approximate form, which needs one gradient per step: the previous gradient was computed on other data.
/// Passes: one that reads g and the gradient before, and one that reads p, g and three states and writes p and the states: 44 bytes per
/// element.
/// Error: after a step at most 3.5 ULP of max(|p|, the parameter's largest update) from exact arithmetic on the same state.
/// Source: Yuan et al., MARS: unleashing the power of variance reduction for training large models, 2024, algorithm 2.
/// </summary>
public sealed class Mars : Optimizer<MarsOptions>
{
    private readonly StepSums<Square, Identity> _sums;

    /// <summary>Creates the optimizer and allocates all of its state.</summary>
    /// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
    /// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// A parameter appears twice or belongs to another optimizer, there is no parameter, or two options contradict each other.
    /// </exception>
    public Mars(IEnumerable<Parameter> parameters, MarsOptions? options = null)
        : base(parameters, options ?? new(), [new("last_grad"), new("exp_avg"), new("exp_avg_sq")]) =>
        _sums = new(Parameters.Max(parameter => parameter.Length));

    private protected override bool CanBeCautious => true;

    /// <inheritdoc/>
    protected override void Step(in StepContext<MarsOptions> step)
    {
        for (int i = 0; i < step.ParameterCount; i++)
            Step(step.Parameter(i));
    }

    private void Step(in ParameterStep<MarsOptions> step)
    {
        MarsOptions options = step.Options;
        var corrected = new MarsGradient(options, step.Number);
        double norm = Math.Sqrt(step.Sums(_sums, new MarsTerms(corrected)).First) / corrected.Room;
        step.Run(
            new MarsRule(options, corrected, 1 / Math.Max(1, norm), step.Number),
            WeightDecay.Decoupled(options.LearningRate, options.WeightDecay));
    }
}

/// <summary>The gradient with reduced noise, scaled down by a power of 2 because the difference may exceed the range of floats.</summary>
internal readonly struct MarsGradient
{
    private readonly bool _isFirst;
    private readonly Constant _room;
    private readonly Constant _minusRoom;
    private readonly Constant _share;

    public MarsGradient(MarsOptions options, long step)
    {
        double share = options.Gamma * options.Beta1 / (1 - options.Beta1);
        Room = Math.ScaleB(1, -3 - Math.Max(0, Math.ILogB(Math.Max(share, 1))));
        _isFirst = step == 1;
        _room = new(Room);
        _minusRoom = new(-Room);
        _share = new(share);
    }

    /// <summary>The power of 2.</summary>
    public double Room { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Of<TFloat>(TFloat g, TFloat previous)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat smaller = TFloat.Splat(_room) * g;
        return _isFirst
            ? smaller
            : TFloat.FusedMultiplyAdd(
                TFloat.Splat(_share), TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRoom), previous, smaller), smaller);
    }
}

/// <summary>Computes the corrected gradient, whose squares are summed for its norm.</summary>
internal readonly struct MarsTerms(MarsGradient corrected) : IStepTerms
{
    private readonly MarsGradient _corrected = corrected;

    public static StepReads Reads => StepReads.State0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Of<TFloat>(
        TFloat p, TFloat g, TFloat previous, TFloat unused0, TFloat unused1, TFloat unused2, out TFloat first, out TFloat second)
        where TFloat : struct, IFloatLane<TFloat>
    {
        first = _corrected.Of(g, previous);
        second = default;
    }
}

/// <summary>Updates Adam's moments of the corrected gradient, and the previous gradient.</summary>
internal readonly struct MarsRule(MarsOptions options, MarsGradient corrected, double factor, long step) : IUpdateRule3<MarsRule>
{
    private readonly MarsGradient _corrected = corrected;
    private readonly FarFactor _factor = new(factor / corrected.Room);
    private readonly AdamRule _adam = new(options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, step);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat previous, ref TFloat m, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat direction = _factor.Times(_corrected.Of(g, previous));
        previous = g;
        _adam.Update(ref p, direction, ref m, ref v);
    }
}
