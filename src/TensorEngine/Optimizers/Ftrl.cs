using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options of <see cref="Ftrl"/>, with Keras's defaults.</summary>
public sealed record FtrlOptions() : OptimizerOptions(learningRate: 1e-3)
{
    /// <summary>
    /// The power of the sum of squares by which rates decay, as in Keras: -0.5 for the root, 0 for constant rates; at most 0, by default
    /// -0.5.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is positive, NaN or not finite as a float.</exception>
    public double LearningRatePower
    {
        get;
        init => field = HyperParameter.NonPositive(value);
    } = -0.5;

    /// <summary>The initial value of the sum of squares; at least 0, by default 0.1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double InitialAccumulatorValue { get; init => field = HyperParameter.NonNegative(value); } = 0.1;

    /// <summary>The factor of a penalty on |p|, which makes values exactly 0; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double L1 { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The factor of a penalty on p^2, which is part of the problem that each step solves; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double L2 { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>Each step adds 2 * L2Shrinkage * p to the summed gradient, but not to the squares; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double L2Shrinkage { get; init => field = HyperParameter.NonNegative(value); }

    /// <summary>The paper's beta, which each step adds to the power of the sum of squares; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Beta { get; init => field = HyperParameter.NonNegative(value); }

    /// <inheritdoc/>
    protected internal override FtrlOptions Describe(StateArchive archive) => this with
    {
        LearningRatePower = archive.Number(nameof(LearningRatePower), LearningRatePower),
        InitialAccumulatorValue = archive.Number(nameof(InitialAccumulatorValue), InitialAccumulatorValue),
        L1 = archive.Number(nameof(L1), L1),
        L2 = archive.Number(nameof(L2), L2),
        L2Shrinkage = archive.Number(nameof(L2Shrinkage), L2Shrinkage),
        Beta = archive.Number(nameof(Beta), Beta),
    };
}

/// <summary>
/// Implements FTRL-Proximal (follow the regularized leader), as tf.keras.optimizers.Ftrl, for online learning of sparse linear models. Each
/// step finds the value that would have been best for all gradients so far; with l1, many values are exactly 0.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// z = -(n^a + beta) / learningRate * p        (before the first step alone)
/// s = ((n + g^2)^a - n^a) / learningRate      (a = -learningRatePower)
/// n = n + g^2
/// z = z + g + 2 * l2Shrinkage * p - s * p
/// p = 0                                       if |z| is at most l1, otherwise
/// p = (sign(z) * l1 - z) / (n^a / learningRate + 2 * l2 + beta / learningRate)
/// </code>
/// Values that start at 0, as is usual in online learning, follow the same path as in Keras. Other initial values are the starting point of
/// the leader, held there by the initial sum of squares and beta; in Keras, z starts at 0 whatever p is, so that the first step forgets
/// them. A learning rate of 0 leaves the values and z unchanged.
/// Error: after the first step at most 10 ULP of max(|p|, |update|) from exact arithmetic; after 100 steps at most 152 ULP of the largest
/// |p| or |update| on the way, because every step rounds z, from which l1 subtracts a part.
/// Source: McMahan et al., Ad click prediction: a view from the trenches, 2013, algorithm 1; l2 shrinkage as in TensorFlow.
/// </summary>
/// <param name="parameters">The parameters, or a whole store. None may repeat or belong to another optimizer.</param>
/// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
public sealed class Ftrl(IEnumerable<Parameter> parameters, FtrlOptions? options = null)
    : FusedOptimizer<Ftrl, FtrlOptions>(parameters, options ?? new()), IFusedOptimizer<FtrlOptions>
{
    static IReadOnlyList<StateName> IFusedOptimizer<FtrlOptions>.States(FtrlOptions options) =>
        [new("accumulator", (float)options.InitialAccumulatorValue) { IsNonNegative = true }, "linear"];

    static void IFusedOptimizer<FtrlOptions>.Step(in FusedStep<FtrlOptions> step)
    {
        FtrlOptions options = step.Options;
        if (options.LearningRate == 0)
            step.Run(new FtrlRestRule(options));
        else if (options.LearningRatePower == -0.5)
            step.Run(new FtrlRule<FtrlRoot>(options, default, step.Number));
        else
            step.Run(new FtrlRule<FtrlPower>(options, new(-options.LearningRatePower), step.Number));
    }
}

/// <summary>The power of the sum of squares by which rates decay.</summary>
internal interface IFtrlPower
{
    /// <summary>n^a.</summary>
    TFloat Of<TFloat>(TFloat n)
        where TFloat : struct, IFloatLane<TFloat>;

    /// <summary>(n + square)^a - n^a, given both powers.</summary>
    TFloat Rise<TFloat>(TFloat before, TFloat after, TFloat square)
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>The root, whose increase is computed without a subtraction.</summary>
internal readonly struct FtrlRoot : IFtrlPower
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Of<TFloat>(TFloat n)
        where TFloat : struct, IFloatLane<TFloat> => TFloat.Sqrt(n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Rise<TFloat>(TFloat before, TFloat after, TFloat square)
        where TFloat : struct, IFloatLane<TFloat> =>
        // Of two roots of 0 the quotient is not a number.
        TFloat.SelectLess(TFloat.Splat(0f), square, square / (before + after), square);
}

/// <summary>Any other power, computed as the exponential of the logarithm.</summary>
internal readonly struct FtrlPower(double power) : IFtrlPower
{
    private readonly Constant _power = new(power);
    private readonly Constant _ofZero = new(power == 0 ? 1 : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Of<TFloat>(TFloat n)
        where TFloat : struct, IFloatLane<TFloat> => TFloat.SelectLess(
            TFloat.Splat(0f), n, Elementary.Exp(TFloat.Splat(_power) * Elementary.Log(n)), TFloat.Splat(_ofZero) + n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat Rise<TFloat>(TFloat before, TFloat after, TFloat square)
        where TFloat : struct, IFloatLane<TFloat> => after - before;
}

/// <summary>Updates the sum n of squares and z, from which p is computed.</summary>
internal readonly struct FtrlRule<TPower>(FtrlOptions options, TPower power, long step) : IUpdateRule2<FtrlRule<TPower>>
    where TPower : struct, IFtrlPower
{
    private readonly TPower _power = power;
    private readonly bool _isFirst = step == 1;
    private readonly float _flushRoot = Flush.RootBelow(1, epsilon: 1);
    private readonly Constant _l1 = new(options.L1);
    private readonly Constant _shrinkage = new(2 * options.L2Shrinkage);
    private readonly Constant _rate = new(options.LearningRate);
    private readonly Constant _inverseRate = new(1 / options.LearningRate);
    private readonly Constant _minusInverseRate = new(-1 / options.LearningRate);
    private readonly Constant _minusBeta = new(-options.Beta / options.LearningRate);
    private readonly Constant _fixed = new(2 * options.L2 + options.Beta / options.LearningRate);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat n, ref TFloat z)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat l1 = TFloat.Splat(_l1), zero = TFloat.Splat(0f), before = _power.Of(n);
        if (_isFirst)
            z = TFloat.FusedMultiplyAdd(before, TFloat.Splat(_minusInverseRate), TFloat.Splat(_minusBeta)) * p;

        TFloat root = Flush.Below(g, _flushRoot);
        TFloat square = root * root;
        n += square;
        TFloat after = _power.Of(n);
        TFloat rise = _power.Rise(before, after, square) / TFloat.Splat(_rate);
        z += TFloat.FusedMultiplyAdd(TFloat.Splat(_shrinkage), p, TFloat.FusedMultiplyAdd(-rise, p, g));

        // The other way round, so that NaN is kept.
        TFloat solution = (TFloat.CopySign(l1, z) - z) / Curvature(after);
        p = TFloat.SelectLess(TFloat.Abs(z), l1, zero, TFloat.SelectLess(zero, TFloat.Abs(z), solution, z));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TFloat Curvature<TFloat>(TFloat power)
        where TFloat : struct, IFloatLane<TFloat> =>
        TFloat.FusedMultiplyAdd(power, TFloat.Splat(_inverseRate), TFloat.Splat(_fixed));
}

/// <summary>Updates the squares alone, for a learning rate of 0.</summary>
internal readonly struct FtrlRestRule(FtrlOptions options) : IUpdateRule2<FtrlRestRule>
{
    private readonly float _flushRoot = options.LearningRate == 0 ? Flush.RootBelow(1, epsilon: 1) : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat n, ref TFloat z)
        where TFloat : struct, IFloatLane<TFloat>
    {
        TFloat root = Flush.Below(g, _flushRoot);
        n = TFloat.FusedMultiplyAdd(root, root, n);
    }
}
