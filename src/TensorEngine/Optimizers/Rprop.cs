using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Rprop"/>, with PyTorch's defaults. The learning rate is the initial step size.</summary>
public sealed record RpropOptions() : OptimizerOptions(learningRate: 1e-2)
{
    /// <summary>The factor of an L2 penalty: each step adds WeightDecay * value to the gradient; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The factor of a step size when the gradient's sign has changed; in [0, 1), by default 0.5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double EtaMinus { get; init => field = HyperParameter.InUnitInterval(value); } = 0.5;

    /// <summary>The factor of a step size while the gradient's sign stays the same; at least 0, by default 1.2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double EtaPlus { get; init => field = HyperParameter.NonNegative(value); } = 1.2;

    /// <summary>The smallest step size; at least 0, by default 1e-6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double SmallestStepSize { get; init => field = HyperParameter.NonNegative(value); } = 1e-6;

    /// <summary>The largest step size; at least 0, by default 50.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double LargestStepSize { get; init => field = HyperParameter.NonNegative(value); } = 50;

    /// <inheritdoc/>
    protected internal override RpropOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        EtaMinus = archive.Number(nameof(EtaMinus), EtaMinus),
        EtaPlus = archive.Number(nameof(EtaPlus), EtaPlus),
        SmallestStepSize = archive.Number(nameof(SmallestStepSize), SmallestStepSize),
        LargestStepSize = archive.Number(nameof(LargestStepSize), LargestStepSize),
    };
}

/// <summary>
/// Implements resilient backpropagation, as torch.optim.Rprop: each element has its own step size, and only the gradient's sign matters.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// s = s * (etaPlus if g * previous > 0, etaMinus if g * previous &lt; 0, otherwise 1)      (first step: s = learningRate)
/// s = min(max(s, smallestStepSize), largestStepSize)
/// g = 0 where g * previous &lt; 0
/// p = p - sign(g) * s
/// previous = g
/// </code>
/// Signs are compared without the product, which may underflow. The sign of 0 and, as in PyTorch, of NaN is 0.
/// Error: after the first step at most 2 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 150 ULP of the
/// largest |p| or |update| on the way, because every step rounds p and the step size.
/// Source: Riedmiller and Braun, A direct adaptive method for faster backpropagation learning: the RPROP algorithm, 1993.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class Rprop(IEnumerable<Parameter> parameters, RpropOptions? options = null)
    : FusedOptimizer<Rprop, RpropOptions>(parameters, options ?? new()), IFusedOptimizer<RpropOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<RpropOptions>.States(RpropOptions options) =>
        ["prev", StateName.NonNegative("step_size")];

    static void IFusedOptimizer<RpropOptions>.Step(in FusedStep<RpropOptions> step)
    {
        var decay = WeightDecay.Coupled(step.Options.WeightDecay);
        if (step.Number == 1)
            step.Run(new RpropFirstRule(step.Options), decay);
        else
            step.Run(new RpropRule(step.Options), decay);
    }
}

/// <summary>Takes the first step: its size is the learning rate, and there is no previous gradient.</summary>
internal readonly struct RpropFirstRule(RpropOptions options) : IUpdateRule2<RpropFirstRule>
{
    private readonly Constant _size = new(Math.Min(Math.Max(options.LearningRate, options.SmallestStepSize), options.LargestStepSize));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat previous, ref TFloat size)
        where TFloat : struct, IFloatLane<TFloat>
    {
        size = TFloat.Splat(_size);
        p -= RpropRule.WithSign(size, g);
        previous = g;
    }
}

/// <summary>Takes every later step.</summary>
internal readonly struct RpropRule(RpropOptions options) : IUpdateRule2<RpropRule>
{
    private readonly Constant _etaMinus = new(options.EtaMinus);
    private readonly Constant _etaPlus = new(options.EtaPlus);
    private readonly Constant _smallest = new(options.SmallestStepSize);
    private readonly Constant _largest = new(options.LargestStepSize);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat previous, ref TFloat size)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat zero = TFloat.Splat(0f);
        TFloat agreement = WithSign(g, previous);
        TFloat eta = TFloat.SelectLess(
            agreement,
            zero,
            TFloat.Splat(_etaMinus),
            TFloat.SelectLess(zero, agreement, TFloat.Splat(_etaPlus), TFloat.Splat(1f)));
        size = TFloat.Min(TFloat.Max(size * eta, TFloat.Splat(_smallest)), TFloat.Splat(_largest));
        previous = TFloat.SelectLess(agreement, zero, zero, g);
        p -= WithSign(size, previous);
    }

    /// <summary>value * sign(of), or 0 where <paramref name="of"/> is 0 or NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat WithSign<TFloat>(TFloat value, TFloat of)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat zero = TFloat.Splat(0f);
        return TFloat.SelectLess(of, zero, zero - value, TFloat.SelectLess(zero, of, value, zero));
    }
}
