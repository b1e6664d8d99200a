using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.UserCode;

/// <summary>Options of <see cref="UserAhead"/>.</summary>
public sealed record UserAheadOptions() : OptimizerOptions(learningRate: 2e-3)
{
    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;

    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.99;

    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-8;

    public long WarmUpSteps { get; init; } = 10;

    protected override UserAheadOptions Describe(StateArchive archive) => this with
    {
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
        WarmUpSteps = archive.Integer(nameof(WarmUpSteps), WarmUpSteps),
    };
}

/// <summary>
/// Looks ahead with a momentum that rises, and divides by the largest mean square: three states, and two numbers that a step cannot
/// compute from its own number, since options may change on the way.
/// </summary>
public sealed class UserAhead(IEnumerable<Parameter> parameters, UserAheadOptions options)
    : FusedOptimizer<UserAhead, UserAheadOptions>(parameters, options), IFusedOptimizer<UserAheadOptions>
{
    public static IReadOnlyList<CarriedNumber> Carried { get; } = [new("momentum_product", 1), new("rate_sum")];

    public static IReadOnlyList<StateName> States(UserAheadOptions options) => ["mean", "square", "largest_square"];

    public static void Step(in FusedStep<UserAheadOptions> step)
    {
        UserAheadOptions options = step.Options;
        double momentum = options.Beta1 * Math.Min(1, (double)step.Number / (options.WarmUpSteps + 1));
        step.Carried[0] *= momentum;
        step.Carried[1] += options.LearningRate;
        double rate = options.LearningRate * options.LearningRate * step.Number / Math.Max(step.Carried[1], 1e-30);
        step.Run(new UserAheadRule(options, rate, momentum, step.Carried[0]));
    }
}

/// <summary>The mean m, the mean square v and the largest one so far.</summary>
public readonly struct UserAheadRule(UserAheadOptions options, double rate, double momentum, double product) : IUpdateRule3<UserAheadRule>
{
    private readonly FirstMoment _first = new(options.Beta1, options.Epsilon);
    private readonly SecondMoment _second = new(options.Beta2, options.Epsilon);
    private readonly Constant _momentum = new(momentum / (1 - product));
    private readonly Constant _epsilon = new(options.Epsilon);
    private readonly Constant _minusRate = new(-rate);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v, ref TFloat u)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _first.Update(ref m, g);
        _second.Update(ref v, g);
        u = TFloat.Max(u, v);
        TFloat ahead = TFloat.FusedMultiplyAdd(TFloat.Splat(_momentum), m, g);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), ahead / (TFloat.Sqrt(u) + TFloat.Splat(_epsilon)), p);
    }
}
