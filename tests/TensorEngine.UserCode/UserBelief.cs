using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.UserCode;

/// <summary>Options of <see cref="UserBelief"/>.</summary>
public sealed record UserBeliefOptions() : OptimizerOptions(learningRate: 1e-3)
{
    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;

    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.999;

    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-8;

    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    public bool DecoupledDecay { get; init; } = true;

    protected override UserBeliefOptions Describe(StateArchive archive) => this with
    {
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        DecoupledDecay = archive.Flag(nameof(DecoupledDecay), DecoupledDecay),
    };
}

/// <summary>Divides by how far gradients are from what was expected, as AdaBelief (Zhuang et al., 2020).</summary>
public sealed class UserBelief(IEnumerable<Parameter> parameters, UserBeliefOptions options)
    : FusedOptimizer<UserBelief, UserBeliefOptions>(parameters, options), IFusedOptimizer<UserBeliefOptions>
{
    public static IReadOnlyList<StateName> States(UserBeliefOptions options) => ["mean", "belief"];

    public static void Step(in FusedStep<UserBeliefOptions> step)
    {
        UserBeliefOptions options = step.Options;
        WeightDecay decay = options.DecoupledDecay
            ? WeightDecay.Decoupled(options.LearningRate, options.WeightDecay)
            : WeightDecay.Coupled(options.WeightDecay);
        step.Run(new UserBeliefRule(options, step.Number), decay);
    }
}

/// <summary>The mean m of gradients, and the mean square s of their distance from it.</summary>
public readonly struct UserBeliefRule(UserBeliefOptions options, long step) : IUpdateRule2<UserBeliefRule>
{
    private readonly Constant _kept1 = new(options.Beta1);
    private readonly Constant _share1 = new(1 - options.Beta1);
    private readonly Constant _kept2 = new(options.Beta2);
    private readonly Constant _share2 = new(1 - options.Beta2);
    private readonly Constant _epsilon = new(options.Epsilon);
    private readonly Constant _minusRate = new(-options.LearningRate / (1 - Scalar.IntegerPower(options.Beta1, step)));
    private readonly Constant _correction2 = new(1 / (1 - Scalar.IntegerPower(options.Beta2, step)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat s)
        where TFloat : struct, IFloatLane<TFloat>
    {
        m = TFloat.FusedMultiplyAdd(TFloat.Splat(_kept1), m, TFloat.Splat(_share1) * g);
        TFloat surprise = g - m;
        s = TFloat.FusedMultiplyAdd(TFloat.Splat(_kept2), s, TFloat.Splat(_share2) * surprise * surprise) + TFloat.Splat(_epsilon);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), m / (TFloat.Sqrt(s * TFloat.Splat(_correction2)) + TFloat.Splat(_epsilon)), p);
    }
}
