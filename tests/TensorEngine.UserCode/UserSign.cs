using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.UserCode;

/// <summary>Options of <see cref="UserSign"/>.</summary>
public sealed record UserSignOptions() : OptimizerOptions(learningRate: 1e-3)
{
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); } = 1e-4;

    protected override UserSignOptions Describe(StateArchive archive) =>
        this with { WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay) };
}

/// <summary>Moves by the learning rate, whatever the size of the gradient: no state at all.</summary>
public sealed class UserSign(IEnumerable<Parameter> parameters, UserSignOptions options)
    : FusedOptimizer<UserSign, UserSignOptions>(parameters, options), IFusedOptimizer<UserSignOptions>
{
    public static IReadOnlyList<StateName> States(UserSignOptions options) => [];

    public static void Step(in FusedStep<UserSignOptions> step) =>
        step.Run(new UserSignRule(step.Options), WeightDecay.Coupled(step.Options.WeightDecay));
}

/// <summary>p - rate where the gradient is above 0, p + rate elsewhere: zeros move as well.</summary>
public readonly struct UserSignRule(UserSignOptions options) : IUpdateRule0<UserSignRule>
{
    private readonly Constant _rate = new(options.LearningRate);
    private readonly Constant _minusRate = new(-options.LearningRate);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g)
        where TFloat : struct, IFloatLane<TFloat> =>
        p += TFloat.SelectLess(TFloat.Splat(0f), g, TFloat.Splat(_minusRate), TFloat.Splat(_rate));
}
