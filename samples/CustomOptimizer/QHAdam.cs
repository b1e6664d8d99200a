using System.Runtime.CompilerServices;
using TensorEngine;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace CustomOptimizer;

/// <summary>Options of <see cref="QHAdam"/>, with the constants that its authors recommend.</summary>
internal sealed record QHAdamOptions() : OptimizerOptions(learningRate: 1e-3)
{
    public double Nu { get; init => field = HyperParameter.InClosedUnitInterval(value); } = 0.7;

    public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.995;

    public double Beta2 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.999;

    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-8;

    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    protected override QHAdamOptions Describe(StateArchive archive) => this with
    {
        Nu = archive.Number(nameof(Nu), Nu),
        Beta1 = archive.Number(nameof(Beta1), Beta1),
        Beta2 = archive.Number(nameof(Beta2), Beta2),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
    };
}

/// <summary>Adam that steps by nu m̂ + (1 - nu) g: a long memory plus the current gradient (Ma and Yarats, 2019).</summary>
internal sealed class QHAdam(IEnumerable<Parameter> parameters, QHAdamOptions options)
    : FusedOptimizer<QHAdam, QHAdamOptions>(parameters, options), IFusedOptimizer<QHAdamOptions>
{
    public static IReadOnlyList<StateName> States(QHAdamOptions options) => ["exp_avg", "exp_avg_sq"];

    public static void Step(in FusedStep<QHAdamOptions> step) =>
        step.Run(new QHAdamRule(step.Options, step.Number), WeightDecay.Coupled(step.Options.WeightDecay));
}

internal readonly struct QHAdamRule(QHAdamOptions options, long step) : IUpdateRule2<QHAdamRule>
{
    private readonly FirstMoment _first = new(options.Beta1, options.Epsilon, step);
    private readonly SecondMoment _second = new(options.Beta2, options.Epsilon, step);
    private readonly Constant _past = new(-options.LearningRate * options.Nu / (1 - Scalar.IntegerPower(options.Beta1, step)));
    private readonly Constant _present = new(-options.LearningRate * (1 - options.Nu));
    private readonly Constant _correction = new(1 / Math.Sqrt(1 - Scalar.IntegerPower(options.Beta2, step)));
    private readonly Constant _epsilon = new(options.Epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat m, ref TFloat v) where TFloat : struct, IFloatLane<TFloat>
    {
        _first.Update(ref m, g);
        _second.Update(ref v, g);
        TFloat move = TFloat.FusedMultiplyAdd(TFloat.Splat(_past), m, TFloat.Splat(_present) * g);
        p += move / TFloat.FusedMultiplyAdd(TFloat.Sqrt(v), TFloat.Splat(_correction), TFloat.Splat(_epsilon));
    }
}
