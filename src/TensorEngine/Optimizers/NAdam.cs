using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="NAdam"/>, with PyTorch's defaults.</summary>
public sealed record NAdamOptions() : MomentOptions(learningRate: 2e-3)
{
    /// <summary>The factor of an L2 penalty: each step adds WeightDecay * value to the gradient; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>psi: how fast the momentum approaches beta1; at least 0, by default 4e-3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double MomentumDecay { get; init => field = HyperParameter.NonNegative(value); } = 4e-3;

    /// <inheritdoc/>
    protected internal override NAdamOptions Describe(StateArchive archive) => (NAdamOptions)base.Describe(archive) with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        MomentumDecay = archive.Number(nameof(MomentumDecay), MomentumDecay),
    };
}

/// <summary>
/// Implements Adam with Nesterov momentum, as torch.optim.NAdam.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// mu(t) = beta1 * (1 - 0.96^(t * momentumDecay) / 2)
/// product = mu(1) * ... * mu(step)
/// m = beta1 * m + (1 - beta1) * g
/// v = beta2 * v + (1 - beta2) * g^2
/// n = (1 - mu(step)) / (1 - product) * g + mu(step + 1) / (1 - product * mu(step + 1)) * m
/// p = p - learningRate * n / (sqrt(v) / sqrt(1 - beta2^step) + epsilon)
/// </code>
/// Error: after the first step at most 6 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, because every step rounds p.
/// Source: Dozat, Incorporating Nesterov momentum into Adam, 2016.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class NAdam(IEnumerable<Parameter> parameters, NAdamOptions? options = null)
    : FusedOptimizer<NAdam, NAdamOptions>(parameters, options ?? new()), IFusedOptimizer<NAdamOptions>
{
    static IReadOnlyList<CarriedNumber> IFusedOptimizer<NAdamOptions>.Carried { get; } = [new("mu_product", 1)];

    static IReadOnlyList<StateName> IFusedOptimizer<NAdamOptions>.States(NAdamOptions options) =>
        ["exp_avg", StateName.NonNegative("exp_avg_sq")];

    static void IFusedOptimizer<NAdamOptions>.Step(in FusedStep<NAdamOptions> step)
    {
        NAdamOptions options = step.Options;
        var rule = new NAdamRule(
            options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, options.MomentumDecay, step.Number, ref step.Carried[0]);
        step.Run(rule, WeightDecay.Coupled(options.WeightDecay));
    }
}

/// <summary>Steps by g and m together, so that one division serves both; the weight of m relative to g is a factor of m.</summary>
internal readonly struct NAdamRule : IUpdateRule2<NAdamRule>
{
    private readonly FirstMoment _first;
    private readonly SecondMoment _second;
    private readonly Constant _minusRate;
    private readonly Constant _momentFactor;
    private readonly Constant _room;
    private readonly Constant _correction2;
    private readonly Constant _epsilon;

    /// <summary>Computes the constants of a step and multiplies the product by its momentum.</summary>
    public NAdamRule(
        double learningRate, double beta1, double beta2, double epsilon, double momentumDecay, long step, ref double product)
    {
        double momentum = Momentum(step);
        double next = Momentum(step + 1);
        product *= momentum;
        _first = new FirstMoment(beta1, epsilon, step);
        _second = new SecondMoment(beta2, epsilon, step);
        double gradientFactor = (1 - momentum) / (1 - product);
        double momentFactor = next / (1 - product * next) / gradientFactor;

        // A power of 2, which is exact: the sum of g and the larger m may be beyond the floats where each is not.
        double room = Math.ScaleB(1, -2 - Math.Max(0, Math.ILogB(Math.Max(momentFactor, 1))));
        _minusRate = new(-learningRate * gradientFactor / room);
        _momentFactor = new(momentFactor * room);
        _room = new(room);
        _correction2 = new(1 / Math.Sqrt(1 - Scalar.IntegerPower(beta2, step)));
        _epsilon = new(epsilon);

        double Momentum(long number) => beta1 * (1 - 0.5 * Scalar.Power(0.96, number * momentumDecay));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _first.Update(ref m, g);
        _second.Update(ref v, g);
        TFloat deviation = TFloat.FusedMultiplyAdd(TFloat.Sqrt(v), TFloat.Splat(_correction2), TFloat.Splat(_epsilon));
        TFloat ahead = TFloat.FusedMultiplyAdd(TFloat.Splat(_momentFactor), m, TFloat.Splat(_room) * g);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), ahead / deviation, p);
    }
}
