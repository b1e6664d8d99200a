using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>How <see cref="Muon"/> fits its learning rate to the shape of a matrix of rows x columns.</summary>
public enum MuonRateAdjustment
{
    /// <summary>sqrt(max(1, rows / columns)), as Keller Jordan's original.</summary>
    Original,

    /// <summary>0.2 * sqrt(max(rows, columns)): steps as large as AdamW's, so that its rate and decay can be kept.</summary>
    MatchRmsAdamW,
}

/// <summary>Options of <see cref="Muon"/>, with PyTorch's defaults.</summary>
public sealed record MuonOptions : OptimizerOptions
{
    /// <summary>The defaults.</summary>
    public MuonOptions()
        : base(learningRate: 1e-3) => WeightDecay = 0.1;

    /// <summary>mu: how much of the momentum buffer, an average of gradients, is kept; in [0, 1), by default 0.95.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Momentum
    {
        get;
        set => field = Require.InUnitInterval(value);
    } = 0.95;

    /// <summary>Whether to look ahead from the gradient towards the buffer; by default true.</summary>
    public bool Nesterov { get; set; } = true;

    /// <summary>The coefficients a, b and c of the iteration; finite, by default 3.4445, -4.775 and 2.0315.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A coefficient is NaN or not finite as a float.</exception>
    public (double A, double B, double C) NewtonSchulzCoefficients
    {
        get;
        set => field = (
            Require.Finite(value.A, "NewtonSchulzCoefficients.A"),
            Require.Finite(value.B, "NewtonSchulzCoefficients.B"),
            Require.Finite(value.C, "NewtonSchulzCoefficients.C"));
    } = (3.4445, -4.775, 2.0315);

    /// <summary>How often the iteration is done; 0 to 99, by default 5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 99].</exception>
    public int NewtonSchulzSteps
    {
        get;
        set => field = Require.Between(0, 99, value);
    } = 5;

    /// <summary>The norm that a matrix is divided by at least; at least 0, by default 1e-7.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon
    {
        get;
        set => field = Require.NonNegative(value);
    } = 1e-7;

    /// <summary>How the learning rate follows the shape of the matrix.</summary>
    public MuonRateAdjustment RateAdjustment { get; set; }

    internal override bool DecouplesWeightDecay => true;

    internal override void Describe(StateVisitor visitor)
    {
        base.Describe(visitor);
        Momentum = visitor.Number(nameof(Momentum), Momentum);
        Nesterov = visitor.Flag(nameof(Nesterov), Nesterov);
        NewtonSchulzCoefficients = (
            visitor.Number("NewtonSchulzCoefficients.A", NewtonSchulzCoefficients.A),
            visitor.Number("NewtonSchulzCoefficients.B", NewtonSchulzCoefficients.B),
            visitor.Number("NewtonSchulzCoefficients.C", NewtonSchulzCoefficients.C));
        NewtonSchulzSteps = (int)visitor.Integer(nameof(NewtonSchulzSteps), NewtonSchulzSteps, 0, int.MaxValue);
        Epsilon = visitor.Number(nameof(Epsilon), Epsilon);
        RateAdjustment = visitor.Choice(nameof(RateAdjustment), RateAdjustment);
    }
}

/// <summary>
/// Muon, as torch.optim.Muon: momentum whose matrix is brought near the orthogonal matrix that is closest to it. For the matrices
/// inside a network; leave the rest to <see cref="AdamW"/>: an optimizer may own a part of a store.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// b = b + (1 - momentum) * (g - b)
/// u = b                                       (nesterov: g + momentum * (b - g))
/// X = u / max(|u|, epsilon)                   (its transpose if it has more rows than columns)
/// newtonSchulzSteps times:  G = X X^T,  X = a X + (b G + c G G) X
/// p = p * (1 - learningRate * weightDecay)
/// p = p - learningRate * adjustment * X       (transposed back)
/// </code>
/// The iteration is done in float where PyTorch does it in bfloat16. While X is so small that b G + c G G does not change a float
/// any more, X = a X is all that is done.
/// Passes: one that reads p, g and b and writes p, b and X; two over X for its norm and quotient; the iteration, of
/// 2 (2 rows * columns + rows) * rows fused operations, rows being the shorter side, and two passes over X and one over G; and one
/// that reads p and X and writes p. The memory for X and G serves the largest parameter, and is taken on construction; the matrix
/// product takes its own on a thread's first step.
/// Error: after a step at most 1e-5 of the largest element of the update from exact arithmetic on the same state.
/// Source: Jordan et al., Muon: an optimizer for hidden layers in neural networks, 2024; Liu et al., Muon is scalable for LLM
/// training, 2025 (<see cref="MuonRateAdjustment.MatchRmsAdamW"/>).
/// </summary>
public sealed class Muon : ParameterwiseOptimizer<MuonOptions>
{
    private readonly NewtonSchulz _iteration;

    /// <summary>Steps all parameters of <paramref name="store"/>.</summary>
    /// <param name="store">The parameters, all of two dimensions; its layout is fixed from now on.</param>
    /// <param name="options">Copied; null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// The store is empty, has a parameter that is not of two dimensions, or another optimizer steps one of its parameters.
    /// </exception>
    public Muon(ParameterStore store, MuonOptions? options = null)
        : this(Require.NotNull(store).Parameters, options)
    {
    }

    /// <summary>Steps some parameters, of one or more stores.</summary>
    /// <param name="parameters">The parameters, all of two dimensions; the layout of their stores is fixed from now on.</param>
    /// <param name="options">Copied; null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="parameters"/> is empty or has a null, a parameter twice, one that is not of two dimensions, or one that
    /// another optimizer steps.
    /// </exception>
    public Muon(IEnumerable<Parameter> parameters, MuonOptions? options = null)
        : base(Require.Matrices(parameters, nameof(Muon)), options is null ? new() : options with { }, "momentum_buffer") =>
        _iteration = new NewtonSchulz(Parameters.Select(parameter => (parameter.Shape[0], parameter.Shape[1])));

    internal override string Kind => "Muon";

    private protected override void Update(MuonOptions options, long step, int slot, in UpdateBuffers buffers)
    {
        Parameter parameter = Parameters[slot];
        ReadOnlySpan<Segment> whole = [new Segment(0, 0, parameter.Length)];
        UpdateBuffers withDirection = buffers;
        withDirection.State1 = ref _iteration.Start;
        if (options.Nesterov)
            UpdateLoop.Run(new MuonNesterovRule(options), options, withDirection, whole);
        else
            UpdateLoop.Run(new MuonRule(options), options, withDirection, whole);

        int rows = parameter.Shape[0], columns = parameter.Shape[1];
        ReadOnlySpan<float> direction = _iteration.Run(
            rows, columns, options.NewtonSchulzCoefficients, options.NewtonSchulzSteps, options.Epsilon, buffers.Workers);
        double adjustment = options.RateAdjustment == MuonRateAdjustment.Original
            ? Math.Sqrt(Math.Max(1, (double)rows / columns))
            : 0.2 * Math.Sqrt(Math.Max(rows, columns));
        Whole.Move(
            MemoryMarshal.CreateSpan(ref buffers.Values, parameter.Length), -options.LearningRate * adjustment, direction);
    }
}

/// <summary>The buffer b averages gradients, and the direction u is b; p only decays.</summary>
internal readonly struct MuonRule(MuonOptions options) : IUpdateRule
{
    private readonly float _share = (float)(1 - options.Momentum);
    private readonly float _flush = Flush.MomentBelow(options.Epsilon);

    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat b, ref TFloat u, ref TFloat none)
        where TFloat : struct, IFloatLane<TFloat>
    {
        b = Flush.Below(b, _flush);
        b = TFloat.FusedMultiplyAdd(TFloat.Splat(_share), g - b, b);
        u = b;
    }
}

/// <summary>As <see cref="MuonRule"/>, with u between g and b.</summary>
internal readonly struct MuonNesterovRule(MuonOptions options) : IUpdateRule
{
    private readonly MuonRule _average = new(options);
    private readonly float _momentum = (float)options.Momentum;

    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat b, ref TFloat u, ref TFloat none)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _average.Update(ref p, g, ref b, ref u, ref none);
        u = TFloat.FusedMultiplyAdd(TFloat.Splat(_momentum), b - g, g);
    }
}
