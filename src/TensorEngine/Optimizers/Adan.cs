using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Adan"/>, with its authors' defaults.</summary>
public sealed record AdanOptions() : OptimizerOptions(learningRate: 1e-3)
{
    /// <summary>
    /// The proximal weight decay: each step ends by dividing the value by 1 + LearningRate * WeightDecay; at least 0, by default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The decay rate of the average gradient; in [0, 1), by default 0.98.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.98;

    /// <summary>The decay rate of the average change of the gradient; in [0, 1), by default 0.92.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.92;

    /// <summary>The decay rate of the average square; in [0, 1), by default 0.99.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta3 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.99;

    /// <summary>Keeps the quotient finite; at least 0, by default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-8;

    /// <inheritdoc/>
    protected internal override AdanOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
        Beta3 = archive.Number(nameof(Beta3), Beta3),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
    };
}

/// <summary>
/// Implements Adan: Nesterov momentum computed from the change of the gradient between steps instead of from a gradient at a point ahead.
/// It keeps four floats for each element, including the previous gradient, and tolerates large learning rates.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// d = g - gradient of the step before         (0 in the first step)
/// m = beta1 * m + (1 - beta1) * g
/// v = beta2 * v + (1 - beta2) * d
/// n = beta3 * n + (1 - beta3) * (g + beta2 * d)^2
/// step = (m / (1 - beta1^step) + beta2 * v / (1 - beta2^step)) / (sqrt(n / (1 - beta3^step)) + epsilon)
/// p = (p - learningRate * step) / (1 + learningRate * weightDecay)
/// </code>
/// Error: after the first step at most 6 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 102 ULP of the
/// largest |p| or |update| on the way, because decay and step both round p.
/// Source: Xie et al., Adan: adaptive Nesterov momentum algorithm for faster optimizing deep models, 2022, with the bias corrections of its
/// authors' program.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class Adan(IEnumerable<Parameter> parameters, AdanOptions? options = null)
    : FusedOptimizer<Adan, AdanOptions>(parameters, options ?? new()), IFusedOptimizer<AdanOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<AdanOptions>.States(AdanOptions options) =>
        ["exp_avg", "exp_avg_diff", StateName.NonNegative("exp_avg_sq"), "previous_grad"];

    static void IFusedOptimizer<AdanOptions>.Step(in FusedStep<AdanOptions> step) =>
        step.Run(new AdanRule(step.Options, step.Number));
}

/// <summary>
/// Updates the averages m of gradients, v of their changes and n of the squares of both together, and the previous gradient.
/// </summary>
internal readonly struct AdanRule(AdanOptions options, long step) : IUpdateRule4<AdanRule>
{
    // A power of 2, which is exact: the sum of both averages may be beyond the floats where each is not.
    private const double Room = 1.0 / 16;

    private readonly FirstMoment _first = new(options.Beta1, options.Epsilon, step);
    private readonly FirstMoment _change = new(options.Beta2, options.Epsilon, step);
    private readonly SecondMoment _square = new(options.Beta3, options.Epsilon, step);
    private readonly Constant _beta2 = new(options.Beta2);
    private readonly Constant _correction1 = new(Room / (1 - Scalar.IntegerPower(options.Beta1, step)));
    private readonly Constant _correction2 = new(Room * options.Beta2 / (1 - Scalar.IntegerPower(options.Beta2, step)));
    private readonly Constant _correction3 = new(1 / Math.Sqrt(1 - Scalar.IntegerPower(options.Beta3, step)));
    private readonly Constant _epsilon = new(options.Epsilon);
    private readonly Constant _minusRate = new(-options.LearningRate / Room);
    private readonly Constant _kept = new(1 / (1 + options.LearningRate * options.WeightDecay));
    private readonly bool _isFirst = step == 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v, ref TFloat n, ref TFloat previous)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat change = _isFirst ? TFloat.Splat(0f) : g - previous;
        change = TFloat.Min(TFloat.Max(change, TFloat.Splat(-float.MaxValue)), TFloat.Splat(float.MaxValue));
        previous = g;
        _first.Update(ref m, g);
        _change.Update(ref v, change);
        _square.Update(ref n, TFloat.FusedMultiplyAdd(TFloat.Splat(_beta2), change, g));
        TFloat direction = TFloat.FusedMultiplyAdd(TFloat.Splat(_correction2), v, TFloat.Splat(_correction1) * m);
        TFloat deviation = TFloat.FusedMultiplyAdd(TFloat.Sqrt(n), TFloat.Splat(_correction3), TFloat.Splat(_epsilon));
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), direction / deviation, p) * TFloat.Splat(_kept);
    }
}
