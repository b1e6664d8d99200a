using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="AdaGrad"/>, with PyTorch's defaults.</summary>
public sealed record AdaGradOptions() : OptimizerOptions(learningRate: 1e-2)
{
    /// <summary>The factor of an L2 penalty: each step adds WeightDecay * value to the gradient; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>How fast the learning rate decays: rate / (1 + (step - 1) * decay); at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double LearningRateDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The initial value of the sum of squares; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double InitialAccumulatorValue { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>Keeps the quotient finite; at least 0, by default 1e-10 (the book uses 1e-7).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-10;

    /// <inheritdoc/>
    protected internal override AdaGradOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        LearningRateDecay = archive.Number(nameof(LearningRateDecay), LearningRateDecay),
        InitialAccumulatorValue = archive.Number(nameof(InitialAccumulatorValue), InitialAccumulatorValue),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
    };
}

/// <summary>
/// Implements AdaGrad, as torch.optim.Adagrad: each element has its own learning rate, which falls with the gradients it has had.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// h = h + g^2
/// p = p - learningRate / (1 + (step - 1) * learningRateDecay) * g / (sqrt(h) + epsilon)
/// </code>
/// Error: after the first step at most 3.5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, because every step rounds p. If weight decay nearly cancels a gradient, the error can be larger.
/// Source: Duchi, Hazan and Singer, Adaptive subgradient methods for online learning and stochastic optimization, 2011.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class AdaGrad(IEnumerable<Parameter> parameters, AdaGradOptions? options = null)
    : FusedOptimizer<AdaGrad, AdaGradOptions>(parameters, options ?? new()), IFusedOptimizer<AdaGradOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<AdaGradOptions>.States(AdaGradOptions options) =>
        [new("sum", (float)options.InitialAccumulatorValue) { IsNonNegative = true }];

    static void IFusedOptimizer<AdaGradOptions>.Step(in FusedStep<AdaGradOptions> step) =>
        step.Run(new AdaGradRule(step.Options, step.Number), WeightDecay.Coupled(step.Options.WeightDecay));
}

/// <summary>Updates the sum h of squares, which scales the step of p.</summary>
internal readonly struct AdaGradRule(AdaGradOptions options, long step) : IUpdateRule1<AdaGradRule>
{
    private readonly Constant _minusRate = new(-options.LearningRate / (1 + (step - 1) * options.LearningRateDecay));
    private readonly Constant _epsilon = new(options.Epsilon);
    private readonly Constant _flushRoot = new(Flush.RootBelow(share: 1, options.Epsilon));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat h)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat root = Flush.Below(g, _flushRoot);
        h = TFloat.FusedMultiplyAdd(root, root, h);
        TFloat scaled = g / (TFloat.Sqrt(h) + TFloat.Splat(_epsilon));
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), scaled, p);
    }
}
