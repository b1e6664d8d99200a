using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>
/// Options of <see cref="Prodigy"/>, with its authors' defaults. The learning rate is a factor of the rate that it finds.
/// </summary>
public sealed record ProdigyOptions() : OptimizerOptions(learningRate: 1)
{
    /// <summary>Decoupled decay: a step first subtracts Distance * LearningRate * WeightDecay * value; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The decay rate of the average gradient; in [0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;

    /// <summary>The decay rate of the average square; in [0, 1), by default 0.999.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.999;

    /// <summary>The decay rate of the sums behind the estimate; in [0, 1), null (the default) for the root of Beta2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double? Beta3 { get; init => field = value is { } kept ? HyperParameter.InUnitInterval(kept) : null; }

    /// <summary>Keeps the quotient finite; at least 0, by default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-8;

    /// <summary>
    /// The estimate before the first step, below the true distance; positive, by default 1e-6. Only the value that the optimizer is created
    /// with is used.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, NaN or not finite as a float.</exception>
    public double InitialDistance { get; init => field = HyperParameter.Positive(value); } = 1e-6;

    /// <summary>
    /// The factor of new estimates; positive, by default 1. Try up to 2 if training is too slow, down to 0.5 if it is unstable.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, NaN or not finite as a float.</exception>
    public double Coefficient { get; init => field = HyperParameter.Positive(value); } = 1;

    /// <summary>The largest factor by which the estimate grows in a step; at least 1, null (the default) for no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1, NaN or not finite as a float.</exception>
    public double? GrowthRate { get; init => field = value is { } rate ? HyperParameter.AtLeast(1, rate) : null; }

    /// <summary>The decay rate of the sums.</summary>
    internal double SumsKept => Beta3 ?? Math.Sqrt(Beta2);

    /// <inheritdoc/>
    protected internal override ProdigyOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
        Beta3 = archive.Optional(nameof(Beta3), Beta3),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
        InitialDistance = archive.Number(nameof(InitialDistance), InitialDistance),
        Coefficient = archive.Number(nameof(Coefficient), Coefficient),
        GrowthRate = archive.Optional(nameof(GrowthRate), GrowthRate),
    };
}

/// <summary>
/// Implements Prodigy: Adam that finds its own learning rate, from the distance that the values have moved along their gradients.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// r = beta3 * r + (1 - beta3) * d^2 * (sum of learningRate * g * (p0 - p))      (p0: the values before the first step)
/// s = beta3 * s + (1 - beta3) * d^2 * learningRate * g
/// m = beta1 * m + (1 - beta1) * d * g
/// v = beta2 * v + (1 - beta2) * d^2 * g^2
/// p = p * (1 - d * learningRate * weightDecay) - d * learningRate * m / (sqrt(v) + d * epsilon)
/// d = max(d, coefficient * r / (sum of |s|))  (at most growthRate times d)
/// </code>
/// d starts at initialDistance; r and d are single numbers for all parameters. An estimate that is not finite is ignored. Leave the
/// learning rate at 1, or let a schedule reduce it.
/// Passes: one that reads p, g, s and p0 for the sums, and one that reads p, g and all states and writes p and all states: 60 bytes per
/// element.
/// Error: after a step at most 3 ULP of max(|p|, the largest update) from exact arithmetic on the same state.
/// Source: Mishchenko and Defazio, Prodigy: an expeditiously adaptive parameter-free learner, 2023, algorithm 4.
/// </summary>
public sealed class Prodigy : DistanceOptimizer<ProdigyOptions>
{
    private const int Start = 3;

    private readonly StepSums<Identity, Magnitude> _sums;

    /// <summary>Creates the optimizer and allocates all of its state.</summary>
    /// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
    /// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// A parameter appears twice or belongs to another optimizer, there is no parameter, or two options contradict each other.
    /// </exception>
    public Prodigy(IEnumerable<Parameter> parameters, ProdigyOptions? options = null)
        : base(
            parameters,
            options ?? new(),
            [new("exp_avg"), new("exp_avg_sq"), new("s"), new("p0")],
            [new("d", (options ?? new()).InitialDistance), new("d_numerator")]) =>
        _sums = new(Parameters.Max(parameter => parameter.Length));

    /// <inheritdoc/>
    public override double Distance => Numbers[0];

    private protected override (double First, double Second) Measure(in ParameterStep<ProdigyOptions> step)
    {
        if (step.Number == 1)
            step.Values.CopyTo(step.State(Start));
        (double first, double second) = step.Sums(_sums, new ProdigyTerms(step.Options, DistanceOfStep));
        return (first * step.Options.LearningRate, second);
    }

    private protected override void Estimate(double first, double second)
    {
        ProdigyOptions options = Options;
        double kept = options.SumsKept, numerator = kept * Numbers[1] + (1 - kept) * DistanceOfStep * DistanceOfStep * first;
        double found = options.Coefficient * numerator / second;
        Numbers[1] = numerator;
        if (double.IsFinite(found))
            Numbers[0] = Math.Max(DistanceOfStep, options.GrowthRate is { } limit ? Math.Min(found, limit * DistanceOfStep) : found);
    }

    private protected override bool CanBeCautious => true;

    /// <inheritdoc/>
    protected override void Step(in StepContext<ProdigyOptions> step) => step.AllElements.Run(
        new ProdigyRule(step.Options, DistanceOfStep, step.Number),
        WeightDecay.Decoupled(DistanceOfStep * step.Options.LearningRate, step.Options.WeightDecay));
}

/// <summary>Computes how far each element has moved along its gradient, and s after the step.</summary>
internal readonly struct ProdigyTerms(ProdigyOptions options, double distance) : IStepTerms
{
    private readonly FirstMoment _sum = new(options.SumsKept, epsilon: 0, step: 1);
    private readonly FarFactor _sumFactor = new(options.LearningRate * distance * distance);

    public static StepReads Reads => StepReads.Values | StepReads.State2 | StepReads.State3;

    public static bool HasSecond => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Of<TFloat>(TFloat p, TFloat g, TFloat m, TFloat v, TFloat s, TFloat start, out TFloat first, out TFloat second)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _sum.Update(ref s, _sumFactor.Times(g));
        first = g * (start - p);
        second = s;
    }
}

/// <summary>Updates Adam's moments of d times the gradients, and the sum s.</summary>
internal readonly struct ProdigyRule(ProdigyOptions options, double distance, long step) : IUpdateRule4<ProdigyRule>
{
    private readonly FirstMoment _first = new(options.Beta1, distance * options.Epsilon, step);
    private readonly SecondMoment _second = new(options.Beta2, distance * options.Epsilon, step);
    private readonly FirstMoment _sum = new(options.SumsKept, epsilon: 0, step);
    private readonly FarFactor _distance = new(distance);
    private readonly FarFactor _sumFactor = new(options.LearningRate * distance * distance);
    private readonly Constant _epsilon = new(distance * options.Epsilon);
    private readonly Constant _minusRate = new(-distance * options.LearningRate);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v, ref TFloat s, ref TFloat start)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat scaled = _distance.Times(g);
        _first.Update(ref m, scaled);
        _second.Update(ref v, scaled);
        _sum.Update(ref s, _sumFactor.Times(g));
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), m / (TFloat.Sqrt(v) + TFloat.Splat(_epsilon)), p);
    }
}
