using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="RAdam"/>, with PyTorch's defaults.</summary>
public sealed record RAdamOptions() : MomentOptions(learningRate: 1e-3)
{
    /// <summary>The factor of an L2 penalty: each step adds WeightDecay * value to the gradient; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <inheritdoc/>
    protected internal override RAdamOptions Describe(StateArchive archive) => (RAdamOptions)base.Describe(archive) with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
    };
}

/// <summary>
/// Implements rectified Adam, as torch.optim.RAdam: while the variance of v is not tractable, steps use m alone.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// m = beta1 * m + (1 - beta1) * g
/// v = beta2 * v + (1 - beta2) * g^2
/// longest = 2 / (1 - beta2) - 1
/// length = longest - 2 * step * beta2^step / (1 - beta2^step)
/// rectification = sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))
/// p = p - learningRate / (1 - beta1^step) * rectification * sqrt(1 - beta2^step) * m / (sqrt(v) + epsilon)
/// p = p - learningRate / (1 - beta1^step) * m                               (instead, if length is 5 or less)
/// </code>
/// Error: after the first step at most 3 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, because every step rounds p.
/// Source: Liu et al., On the variance of the adaptive learning rate and beyond, 2020.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class RAdam(IEnumerable<Parameter> parameters, RAdamOptions? options = null)
    : FusedOptimizer<RAdam, RAdamOptions>(parameters, options ?? new()), IFusedOptimizer<RAdamOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<RAdamOptions>.States(RAdamOptions options) =>
        ["exp_avg", StateName.NonNegative("exp_avg_sq")];

    static void IFusedOptimizer<RAdamOptions>.Step(in FusedStep<RAdamOptions> step)
    {
        RAdamOptions options = step.Options;
        (double rate, double beta1, double beta2, double epsilon) = (options.LearningRate, options.Beta1, options.Beta2, options.Epsilon);
        var decay = WeightDecay.Coupled(options.WeightDecay);
        if (Rectification.At(beta2, step.Number) is { } factor)
            step.Run(new RAdamRule(rate, beta1, beta2, epsilon, step.Number, factor), decay);
        else
            step.Run(new RAdamUnrectifiedRule(rate, beta1, beta2, epsilon, step.Number), decay);
    }
}

/// <summary>Computes the factor of a RAdam step: the rectification and the bias correction of v, or null while v is unreliable.</summary>
internal static class Rectification
{
    // Up to this step * (1 - beta2) the series below reach the precision of double with so many terms.
    private const double LongestSeries = 0.125;
    private const int Terms = 12;

    public static double? At(double beta2, long step)
    {
        double fresh = 1 - beta2;
        double longest = 2 / fresh - 1;
        (double length, double correction) = step * fresh < LongestSeries ? BySeries(fresh, step) : Directly(beta2, longest, step);
        if (length <= 5)
            return null;
        double rectification = Math.Sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
        return rectification * Math.Sqrt(correction);
    }

    private static (double Length, double Correction) Directly(double beta2, double longest, long step)
    {
        double power = Scalar.IntegerPower(beta2, step);
        return (longest - 2 * step * power / (1 - power), 1 - power);
    }

    /// <summary>
    /// Near beta2 = 1 the length is the difference of two numbers that are millions of times larger. With a = 1 - beta2,
    /// G = (1 - beta2^step) / a = C(step, 1) - C(step, 2) a + C(step, 3) a^2 - ... and
    /// H = (step - G) / a = C(step, 2) - C(step, 3) a + C(step, 4) a^2 - ... it is 2 step - 1 - 2 H / G.
    /// </summary>
    private static (double Length, double Correction) BySeries(double fresh, long step)
    {
        double whole = 0, rest = 0, term = step;
        for (int i = 1; i <= Terms; i++)
        {
            whole += term;
            term *= -(step - i) * fresh / (i + 1);
            rest -= term;
        }

        // The terms of H are those of G behind the first, over -a.
        return (2.0 * step - 1 - 2 * rest / fresh / whole, fresh * whole);
    }
}

/// <summary>Updates Adam's moments and steps by their quotient; the rectification and both bias corrections are part of the rate.</summary>
internal readonly struct RAdamRule(double learningRate, double beta1, double beta2, double epsilon, long step, double factor)
    : IUpdateRule2<RAdamRule>
{
    private readonly FirstMoment _first = new(beta1, epsilon, step);
    private readonly SecondMoment _second = new(beta2, epsilon, step);
    private readonly Constant _minusRate = new(-learningRate * factor / (1 - Scalar.IntegerPower(beta1, step)));
    private readonly Constant _epsilon = new(epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _first.Update(ref m, g);
        _second.Update(ref v, g);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), m / (TFloat.Sqrt(v) + TFloat.Splat(_epsilon)), p);
    }
}

/// <summary>Updates both moments, but steps by the first alone, without epsilon: the flush threshold uses 1 in its place.</summary>
internal readonly struct RAdamUnrectifiedRule(double learningRate, double beta1, double beta2, double epsilon, long step)
    : IUpdateRule2<RAdamUnrectifiedRule>
{
    private readonly FirstMoment _first = new(beta1, Math.Min(1, epsilon), step);
    private readonly SecondMoment _second = new(beta2, epsilon, step);
    private readonly Constant _minusRate = new(-learningRate / (1 - Scalar.IntegerPower(beta1, step)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _first.Update(ref m, g);
        _second.Update(ref v, g);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), m, p);
    }
}
