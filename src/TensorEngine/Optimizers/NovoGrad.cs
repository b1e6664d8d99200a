using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="NovoGrad"/>, with its paper's defaults.</summary>
public sealed record NovoGradOptions() : OptimizerOptions(learningRate: 1e-2)
{
    /// <summary>
    /// The weight decay: each step adds WeightDecay * value to the divided gradient, inside the momentum; at least 0, by default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The decay rate of the sum of divided gradients; in [0, 1), by default 0.95.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.95;

    /// <summary>The decay rate of the average squared norm; in [0, 1), by default 0.98.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.98;

    /// <summary>Keeps the quotient finite; at least 0, by default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-8;

    /// <inheritdoc/>
    protected internal override NovoGradOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
    };
}

/// <summary>
/// Implements NovoGrad: momentum of gradients that are divided by the average norm of the whole parameter's gradient. It keeps one float
/// for each element, like SGD with momentum, and one number for each parameter.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// v = beta2 * v + (1 - beta2) * |g|^2         (first step: v = |g|^2)
/// m = beta1 * m + (g / (sqrt(v) + epsilon) + weightDecay * p)               (first step: m = what is added)
/// p = p - learningRate * m
/// </code>
/// The norm is over the whole parameter, summed in double; v is stored as a float. A gradient whose elements are all 0 is divided by 1.
/// Passes: one that reads g, and one that reads p, g and m and writes p and m: 24 bytes per element.
/// Error: after a step at most 2.5 ULP of max(|p|, the parameter's largest update) from exact arithmetic on the same state.
/// Source: Ginsburg et al., Stochastic gradient methods with layer-wise adaptive moments for training of deep networks, 2019, algorithm 1.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class NovoGrad(IEnumerable<Parameter> parameters, NovoGradOptions? options = null)
    : Optimizer<NovoGradOptions>(parameters, options ?? new(), [new("exp_avg"), new("exp_avg_sq", _ => (Shape)[])])
{
    /// <inheritdoc/>
    protected override void Step(in StepContext<NovoGradOptions> step)
    {
        for (int i = 0; i < step.ParameterCount; i++)
            Step(step.Parameter(i));
    }

    private static void Step(in ParameterStep<NovoGradOptions> step)
    {
        NovoGradOptions options = step.Options;
        double norm = step.GradientNorm(), square = norm * norm;
        ref float average = ref step.State(1)[0];
        if (step.Number > 1)
            square = options.Beta2 * average + (1 - options.Beta2) * square;
        average = (float)square;
        double divisor = Math.Sqrt(square) + options.Epsilon;
        step.Run(new NovoGradRule(options, divisor == 0 ? 1 : 1 / divisor, step.Number), WeightDecay.None, step.State(0));
    }
}

/// <summary>Updates the decaying sum m of divided gradients.</summary>
internal readonly struct NovoGradRule(NovoGradOptions options, double factor, long step) : IUpdateRule1<NovoGradRule>
{
    private readonly FarFactor _factor = new(factor);
    private readonly Retention _kept = new(options.Beta1);
    private readonly Constant _decay = new(options.WeightDecay);
    private readonly Constant _minusRate = new(-options.LearningRate);
    private readonly bool _isFirst = step == 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat divided = _factor.TimesPlus(g, TFloat.Splat(_decay) * p);
        m = _isFirst ? divided : _kept.Of(Flush.Below(m, Flush.Velocity)) + divided;
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), m, p);
    }
}
