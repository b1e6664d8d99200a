using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="StableAdamW"/>, with its authors' defaults: those of AdamW with a shorter memory of squares.</summary>
public sealed record StableAdamWOptions() : OptimizerOptions(learningRate: 1e-3)
{
    /// <summary>
    /// The decoupled weight decay: each step first subtracts its own, reduced rate * WeightDecay * value; at least 0, by
    /// default 1e-2.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); } = 1e-2;

    /// <summary>The decay rate of the average gradient; in [0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;

    /// <summary>The decay rate of the average square; in [0, 1), by default 0.99.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.99;

    /// <summary>Keeps the quotients finite; at least 0, by default 1e-6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-6;

    /// <inheritdoc/>
    protected internal override StableAdamWOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
    };
}

/// <summary>
/// Implements StableAdamW: <see cref="AdamW"/> that reduces the rate of a parameter in steps in which the average square lags behind the
/// gradient, like Adafactor's clipping of updates. A sudden large gradient then does no harm, and clipping by the norm is not needed.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// m = beta1 * m + (1 - beta1) * g
/// v = beta2 * v + (1 - beta2) * g^2
/// h = v / (1 - beta2^step)
/// rms = sqrt(mean over the parameter of g^2 / max(h, epsilon^2))
/// rate = learningRate / max(1, rms)
/// p = p * (1 - rate * weightDecay) - rate * m / (1 - beta1^step) / (sqrt(h) + epsilon)
/// </code>
/// The paper stores m and v divided by their corrections, which is equivalent.
/// Passes: one that reads g and v for the mean, and AdamW's, which reads p, g, m and v and writes p, m and v: 36 bytes per element.
/// Error: after a step at most 4 ULP of max(|p|, the parameter's largest update) from exact arithmetic on the same state.
/// Source: Wortsman et al., Stable and low-precision training for large-scale vision-language models, 2023, algorithm 2.
/// </summary>
public sealed class StableAdamW : Optimizer<StableAdamWOptions>
{
    private readonly StepSums<Square, Identity> _sums;

    /// <summary>Creates the optimizer and allocates all of its state.</summary>
    /// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
    /// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// A parameter appears twice or belongs to another optimizer, there is no parameter, or two options contradict each other.
    /// </exception>
    public StableAdamW(IEnumerable<Parameter> parameters, StableAdamWOptions? options = null)
        : base(parameters, options ?? new(), [new("exp_avg"), new("exp_avg_sq")]) =>
        _sums = new(Parameters.Max(parameter => parameter.Length));

    private protected override bool CanBeCautious => true;

    /// <inheritdoc/>
    protected override void Step(in StepContext<StableAdamWOptions> step)
    {
        for (int i = 0; i < step.ParameterCount; i++)
            Step(step.Parameter(i));
    }

    private void Step(in ParameterStep<StableAdamWOptions> step)
    {
        StableAdamWOptions options = step.Options;
        double sum = step.Sums(_sums, new StableAdamWTerms(options, step.Number)).First;
        double rate = options.LearningRate / Math.Max(1, Math.Sqrt(sum / Math.Max(1, step.Length)));
        step.Run(
            new AdamRule(rate, options.Beta1, options.Beta2, options.Epsilon, step.Number),
            WeightDecay.Decoupled(rate, options.WeightDecay));
    }
}

/// <summary>Computes the gradient over the root of its average square after the step.</summary>
internal readonly struct StableAdamWTerms(StableAdamWOptions options, long step) : IStepTerms
{
    private readonly SecondMoment _second = new(options.Beta2, options.Epsilon, step);
    private readonly Constant _correction2 = new(1 / Math.Sqrt(1 - Scalar.IntegerPower(options.Beta2, step)));

    // Of 0 over 0 there is no mean.
    private readonly Constant _least = new(Math.Max(options.Epsilon, 1e-30));

    public static StepReads Reads => StepReads.State1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Of<TFloat>(
        TFloat p, TFloat g, TFloat m, TFloat v, TFloat unused0, TFloat unused1, out TFloat first, out TFloat second)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _second.Update(ref v, g);
        first = g / TFloat.Max(TFloat.Sqrt(v) * TFloat.Splat(_correction2), TFloat.Splat(_least));
        second = default;
    }
}
