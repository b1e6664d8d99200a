using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Adadelta"/>, with PyTorch's defaults.</summary>
public sealed record AdadeltaOptions() : OptimizerOptions(learningRate: 1)
{
    /// <summary>The factor of an L2 penalty: each step adds WeightDecay * value to the gradient; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The decay rate of the averages of squares; in [0, 1), by default 0.9.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Rho { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;

    /// <summary>Added inside both roots, to start the movement and keep the quotient finite; at least 0, by default 1e-6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-6;

    /// <inheritdoc/>
    protected internal override AdadeltaOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Rho = archive.Number(nameof(Rho), Rho),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
    };
}

/// <summary>
/// Implements Adadelta, as torch.optim.Adadelta: scales each gradient by the ratio of the recent RMS step to the recent RMS gradient.
/// <code>
/// g = gradient + weightDecay * p              (-gradient with maximize)
/// v = rho * v + (1 - rho) * g^2
/// d = sqrt(u + epsilon) / sqrt(v + epsilon) * g
/// u = rho * u + (1 - rho) * d^2
/// p = p - learningRate * d
/// </code>
/// Error: after the first step at most 5 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 52 ULP of the
/// largest |p| or |update| on the way, because every step rounds p.
/// Source: Zeiler, ADADELTA: an adaptive learning rate method, 2012.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class Adadelta(IEnumerable<Parameter> parameters, AdadeltaOptions? options = null)
    : FusedOptimizer<Adadelta, AdadeltaOptions>(parameters, options ?? new()), IFusedOptimizer<AdadeltaOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<AdadeltaOptions>.States(AdadeltaOptions options) =>
        [StateName.NonNegative("square_avg"), StateName.NonNegative("acc_delta")];

    static void IFusedOptimizer<AdadeltaOptions>.Step(in FusedStep<AdadeltaOptions> step) =>
        step.Run(new AdadeltaRule(step.Options), WeightDecay.Coupled(step.Options.WeightDecay));
}

/// <summary>
/// Updates the average squares v of gradients and u of steps. The root of their quotient needs one root and is more exact than the quotient
/// of the roots. It is scaled by a power of 2, which is exact, so that gradients may have any size. If epsilon is so small that the
/// quotient would leave the range of floats, the quotient of the roots is used.
/// </summary>
internal readonly struct AdadeltaRule(AdadeltaOptions options) : IUpdateRule2<AdadeltaRule>
{
    private const float Room = 1L << 32;
    private const float RoomRoot = 1 << 16;

    // Room * epsilon / float.MaxValue is a normal float from here on.
    private const double SmallestEpsilon = 1e-9;

    // Epsilon is added to the squares: it hides as much as its root would if that were added to their roots.
    private readonly SecondMoment _gradients = new(options.Rho, Math.Sqrt(options.Epsilon));
    private readonly SecondMoment _steps = new(options.Rho, Math.Sqrt(options.Epsilon));
    private readonly Constant _epsilon = new(options.Epsilon);
    private readonly Constant _minusRate = new(-options.LearningRate);
    private readonly bool _hasRoom = options.Epsilon >= SmallestEpsilon;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat v, ref TFloat u)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat epsilon = TFloat.Splat(_epsilon);
        _gradients.Update(ref v, g);
        TFloat ratio = _hasRoom
            ? TFloat.Splat(1 / RoomRoot) * TFloat.Sqrt(TFloat.Splat(Room) * (u + epsilon) / (v + epsilon))
            : TFloat.Sqrt(u + epsilon) / TFloat.Sqrt(v + epsilon);
        TFloat delta = ratio * g;
        _steps.Update(ref u, delta);
        p = TFloat.FusedMultiplyAdd(TFloat.Splat(_minusRate), delta, p);
    }
}
