using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>
/// Options of <see cref="DAdaptAdam"/>, with its authors' defaults. The learning rate is a factor of the rate that it finds.
/// </summary>
public sealed record DAdaptAdamOptions() : OptimizerOptions(learningRate: 1)
{
    /// <summary>Decoupled decay: a step first subtracts Distance * LearningRate * WeightDecay * value; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The decay rate of the average gradient; in [0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;

    /// <summary>
    /// The decay rate of the average square; its root is the decay rate of the sums behind the estimate; in [0, 1), by default 0.999.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.999;

    /// <summary>Keeps the quotients finite; at least 0, by default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-8;

    /// <summary>
    /// The estimate before the first step, below the true distance; positive, by default 1e-6. Only the value that the optimizer is created
    /// with is used.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, NaN or not finite as a float.</exception>
    public double InitialDistance { get; init => field = HyperParameter.Positive(value); } = 1e-6;

    /// <summary>The largest factor by which the estimate grows in a step; at least 1, null (the default) for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1, NaN or not finite as a float.</exception>
    public double? GrowthRate { get; init => field = value is { } rate ? HyperParameter.AtLeast(1, rate) : null; }

    /// <inheritdoc/>
    protected internal override DAdaptAdamOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
        InitialDistance = archive.Number(nameof(InitialDistance), InitialDistance),
        GrowthRate = archive.Optional(nameof(GrowthRate), GrowthRate),
    };
}

/// <summary>
/// Implements Adam with D-adaptation: Adam that finds its own learning rate, a lower bound of the distance to the solution that only grows.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// k = sqrt(beta2)
/// r = k * r + (1 - k) * d * (sum of learningRate * g * s / (sqrt(v) + epsilon))
/// m = beta1 * m + (1 - beta1) * d * learningRate * g
/// v = beta2 * v + (1 - beta2) * g^2
/// s = k * s + (1 - k) * d * learningRate * g
/// p = p * (1 - d * learningRate * weightDecay) - m / (sqrt(v) + epsilon)
/// d = max(d, r / ((1 - k) * (sum of |s|)))    (at most growthRate times d)
/// </code>
/// d starts at initialDistance; r and d are single numbers for all parameters. An estimate that is not finite is ignored. Leave the
/// learning rate at 1, or let a schedule reduce it. <see cref="Prodigy"/> is a successor and is usually faster.
/// Passes: one that reads g, v and s for the sums, and one that reads p, g and all states and writes p and all states: 48 bytes per
/// element.
/// Error: after a step at most 3 ULP of max(|p|, the largest update) from exact arithmetic on the same state.
/// Source: Defazio and Mishchenko, Learning-rate-free learning by D-adaptation, 2023, algorithm 5, in the order of its authors' package:
/// r uses s and v from before the step.
/// </summary>
public sealed class DAdaptAdam : DistanceOptimizer<DAdaptAdamOptions>
{
    private readonly StepSums<Identity, Magnitude> _sums;

    /// <summary>Creates the optimizer and allocates all of its state.</summary>
    /// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
    /// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// A parameter appears twice or belongs to another optimizer, there is no parameter, or two options contradict each other.
    /// </exception>
    public DAdaptAdam(IEnumerable<Parameter> parameters, DAdaptAdamOptions? options = null)
        : base(
            parameters,
            options ?? new(),
            [new("s"), new("exp_avg_sq"), new("exp_avg")],
            [new("d", (options ?? new()).InitialDistance), new("d_numerator")]) =>
        _sums = new(Parameters.Max(parameter => parameter.Length));

    /// <inheritdoc/>
    public override double Distance => Numbers[0];

    private protected override (double First, double Second) Measure(in ParameterStep<DAdaptAdamOptions> step)
    {
        (double first, double second) = step.Sums(_sums, new DAdaptAdamTerms(step.Options, DistanceOfStep));
        return (first * step.Options.LearningRate, second);
    }

    private protected override void Estimate(double first, double second)
    {
        DAdaptAdamOptions options = Options;
        double kept = Math.Sqrt(options.Beta2), numerator = kept * Numbers[1] + (1 - kept) * DistanceOfStep * first;
        double found = numerator / ((1 - kept) * second);
        Numbers[1] = numerator;
        if (double.IsFinite(found))
            Numbers[0] = Math.Max(DistanceOfStep, options.GrowthRate is { } limit ? Math.Min(found, limit * DistanceOfStep) : found);
    }

    private protected override bool CanBeCautious => true;

    /// <inheritdoc/>
    protected override void Step(in StepContext<DAdaptAdamOptions> step) => step.AllElements.Run(
        new DAdaptAdamRule(step.Options, DistanceOfStep, step.Number),
        WeightDecay.Decoupled(DistanceOfStep * step.Options.LearningRate, step.Options.WeightDecay));
}

/// <summary>Computes the contribution of each element to the estimate, and s after the step.</summary>
internal readonly struct DAdaptAdamTerms(DAdaptAdamOptions options, double distance) : IStepTerms
{
    private readonly FirstMoment _sum = new(Math.Sqrt(options.Beta2), epsilon: 0, step: 1);
    private readonly FarFactor _factor = new(options.LearningRate * distance);

    // Of 0 over 0, as in a first step, there is no sum.
    private readonly Constant _least = new(Math.Max(options.Epsilon, 1e-30));

    public static StepReads Reads => StepReads.State0 | StepReads.State1;

    public static bool HasSecond => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Of<TFloat>(TFloat p, TFloat g, TFloat s, TFloat v, TFloat unused0, TFloat unused1, out TFloat first, out TFloat second)
        where TFloat : struct, IFloatLane<TFloat>
    {
        first = g * (s / (TFloat.Sqrt(v) + TFloat.Splat(_least)));
        _sum.Update(ref s, _factor.Times(g));
        second = s;
    }
}

/// <summary>Updates Adam's moments, of which the first includes d, and the sum s.</summary>
internal readonly struct DAdaptAdamRule(DAdaptAdamOptions options, double distance, long step) : IUpdateRule3<DAdaptAdamRule>
{
    private readonly FirstMoment _sum = new(Math.Sqrt(options.Beta2), epsilon: 0, step);
    private readonly FirstMoment _first = new(options.Beta1, options.Epsilon, step);
    private readonly SecondMoment _second = new(options.Beta2, options.Epsilon, step);
    private readonly FarFactor _factor = new(options.LearningRate * distance);
    private readonly Constant _epsilon = new(options.Epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat s, ref TFloat v, ref TFloat m)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat scaled = _factor.Times(g);
        _sum.Update(ref s, scaled);
        _first.Update(ref m, scaled);
        _second.Update(ref v, g);
        p -= m / (TFloat.Sqrt(v) + TFloat.Splat(_epsilon));
    }
}
