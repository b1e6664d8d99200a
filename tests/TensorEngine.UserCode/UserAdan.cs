using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.UserCode;

/// <summary>Options of <see cref="UserAdan"/>.</summary>
public sealed record UserAdanOptions() : OptimizerOptions(learningRate: 1e-3)
{
    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.98;

    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.92;

    public double Beta3 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.99;

    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-8;

    public double StartOfSquares { get; init => field = HyperParameter.NonNegative(value); }

    protected override UserAdanOptions Describe(StateArchive archive) => this with
    {
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
        Beta3 = archive.Number(nameof(Beta3), Beta3),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
        StartOfSquares = archive.Number(nameof(StartOfSquares), StartOfSquares),
    };
}

/// <summary>Follows gradients and their differences, as Adan (Xie et al., 2022): four states.</summary>
public sealed class UserAdan(IEnumerable<Parameter> parameters, UserAdanOptions options)
    : FusedOptimizer<UserAdan, UserAdanOptions>(parameters, options), IFusedOptimizer<UserAdanOptions>
{
    public static IReadOnlyList<StateName> States(UserAdanOptions options) =>
        ["mean", "difference", new("square", (float)options.StartOfSquares), "previous_gradient"];

    public static void Step(in FusedStep<UserAdanOptions> step) => step.Run(new UserAdanRule(step.Options, step.Number));
}

/// <summary>The means m of g and d of its differences, the mean square n of both together, and the gradient before.</summary>
public readonly struct UserAdanRule(UserAdanOptions options, long step) : IUpdateRule4<UserAdanRule>
{
    private readonly FirstMoment _mean = new(options.Beta1, options.Epsilon, step);
    private readonly FirstMoment _difference = new(options.Beta2, options.Epsilon, step);
    private readonly SecondMoment _square = new(options.Beta3, options.Epsilon, step);
    private readonly Constant _kept2 = new(options.Beta2);
    private readonly Constant _epsilon = new(options.Epsilon);
    private readonly Constant _minusRate = new(-options.LearningRate);
    private readonly bool _isFirst = step == 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat d, ref TFloat n, ref TFloat previous)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat change = _isFirst ? TFloat.Splat(0f) : g - previous;
        _mean.Update(ref m, g);
        _difference.Update(ref d, change);
        _square.Update(ref n, TFloat.FusedMultiplyAdd(TFloat.Splat(_kept2), change, g));
        TFloat direction = TFloat.FusedMultiplyAdd(TFloat.Splat(_kept2), d, m);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), direction / (TFloat.Sqrt(n) + TFloat.Splat(_epsilon)), p);
        previous = g;
    }
}
