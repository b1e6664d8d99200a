// PAGE using
using System.Runtime.CompilerServices;
using TensorEngine;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;
// END

namespace YourProject;

// PAGE options
public sealed record YogiOptions() : OptimizerOptions(learningRate: 1e-2)
{
    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;

    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.999;

    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-3;

    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    protected override YogiOptions Describe(StateArchive archive) => this with
    {
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
    };
}
// END

// PAGE rule
public readonly struct YogiRule(YogiOptions options, long step) : IUpdateRule2<YogiRule>
{
    private readonly Constant _beta1 = new(options.Beta1);
    private readonly Constant _share1 = new(1 - options.Beta1);
    private readonly Constant _share2 = new(1 - options.Beta2);
    private readonly Constant _minusRate = new(-options.LearningRate / (1 - Scalar.IntegerPower(options.Beta1, step)));
    private readonly Constant _correction2 = new(1 / (1 - Scalar.IntegerPower(options.Beta2, step)));
    private readonly Constant _epsilon = new(options.Epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v)
        where TFloat : struct, IFloatLane<TFloat>
    {
        m = TFloat.FusedMultiplyAdd(TFloat.Splat(_beta1), m, TFloat.Splat(_share1) * g);
        TFloat square = g * g;
        TFloat change = TFloat.Splat(_share2) * square;
        v = TFloat.SelectLess(v, square, v + change, TFloat.SelectLess(square, v, v - change, v));
        TFloat deviation = TFloat.Sqrt(v * TFloat.Splat(_correction2)) + TFloat.Splat(_epsilon);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), m / deviation, p);
    }
}
// END

// PAGE optimizer
public sealed class Yogi(IEnumerable<Parameter> parameters, YogiOptions? options = null)
    : FusedOptimizer<Yogi, YogiOptions>(parameters, options ?? new()), IFusedOptimizer<YogiOptions>
{
    public static IReadOnlyList<StateName> States(YogiOptions options) => ["exp_avg", "exp_avg_sq"];

    public static void Step(in FusedStep<YogiOptions> step) =>
        step.Run(
            new YogiRule(step.Options, step.Number),
            WeightDecay.Decoupled(step.Options.LearningRate, step.Options.WeightDecay));
}
// END
