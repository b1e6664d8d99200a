using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>How <see cref="Muon"/> adjusts its learning rate to the shape of a matrix of rows x columns.</summary>
public enum MuonRateAdjustment
{
    /// <summary>sqrt(max(1, rows / columns)), as in Keller Jordan's original.</summary>
    Original,

    /// <summary>0.2 * sqrt(max(rows, columns)): steps are as large as AdamW's, so you can use its rate and decay.</summary>
    MatchRmsAdamW,
}

/// <summary>The coefficients of Newton and Schulz's iteration X = a X + (b G + c G G) X with G = X X^T.</summary>
/// <param name="A">a.</param>
/// <param name="B">b.</param>
/// <param name="C">c.</param>
public readonly record struct NewtonSchulzCoefficients(double A, double B, double C)
{
    /// <summary>Returns the names and values, formatted in the invariant culture.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(NewtonSchulzCoefficients), PrintMembers);
}

/// <summary>Options of <see cref="Muon"/>, with PyTorch's defaults.</summary>
public sealed record MuonOptions() : OptimizerOptions(learningRate: 1e-3)
{
    /// <summary>
    /// The decoupled weight decay: each step first subtracts LearningRate * WeightDecay * value; at least 0, by default 0.1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double WeightDecay { get; init => field = HyperParameter.NonNegative(value); } = 0.1;

    /// <summary>mu: the decay rate of the momentum buffer, an average of gradients; in [0, 1), by default 0.95.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public double Momentum { get; init => field = HyperParameter.InUnitInterval(value); } = 0.95;

    /// <summary>Whether to look ahead from the gradient toward the buffer; by default true.</summary>
    public bool Nesterov { get; init; } = true;

    /// <summary>The coefficients a, b and c of the iteration; finite, by default 3.4445, -4.775 and 2.0315.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A coefficient is NaN or not finite as a float.</exception>
    public NewtonSchulzCoefficients NewtonSchulzCoefficients
    {
        get;
        init => field = new(
            HyperParameter.Finite(value.A, "NewtonSchulzCoefficients.A"),
            HyperParameter.Finite(value.B, "NewtonSchulzCoefficients.B"),
            HyperParameter.Finite(value.C, "NewtonSchulzCoefficients.C"));
    } = new(3.4445, -4.775, 2.0315);

    /// <summary>The number of iterations; 0 to 99, by default 5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 99].</exception>
    public int NewtonSchulzSteps { get; init => field = Require.Between(0, 99, value, nameof(NewtonSchulzSteps)); } = 5;

    /// <summary>The smallest norm by which a matrix is divided; at least 0, by default 1e-7.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double Epsilon { get; init => field = HyperParameter.NonNegative(value); } = 1e-7;

    /// <summary>How the learning rate depends on the shape of the matrix.</summary>
    public MuonRateAdjustment RateAdjustment { get; init; }

    /// <inheritdoc/>
    protected internal override MuonOptions Describe(StateArchive archive) => this with
    {
        WeightDecay = archive.Number(nameof(WeightDecay), WeightDecay),
        Momentum = archive.Number(nameof(Momentum), Momentum),
        Nesterov = archive.Flag(nameof(Nesterov), Nesterov),
        NewtonSchulzCoefficients = new(
            archive.Number("NewtonSchulzCoefficients.A", NewtonSchulzCoefficients.A),
            archive.Number("NewtonSchulzCoefficients.B", NewtonSchulzCoefficients.B),
            archive.Number("NewtonSchulzCoefficients.C", NewtonSchulzCoefficients.C)),
        NewtonSchulzSteps = (int)archive.Integer(nameof(NewtonSchulzSteps), NewtonSchulzSteps, 0, int.MaxValue),
        Epsilon = archive.Number(nameof(Epsilon), Epsilon),
        RateAdjustment = archive.Choice(nameof(RateAdjustment), RateAdjustment),
    };
}

/// <summary>
/// Implements Muon, as torch.optim.Muon: momentum whose matrix is moved close to the nearest orthogonal matrix. Use it for the hidden
/// matrices of a network and <see cref="AdamW"/> for the rest: an optimizer may own a part of a store.
/// <code>
/// g = gradient                                (-gradient with maximize)
/// b = b + (1 - momentum) * (g - b)
/// u = b                                       (nesterov: g + momentum * (b - g))
/// X = u / max(|u|, epsilon)                   (its transpose if it has more rows than columns)
/// newtonSchulzSteps times:  G = X X^T,  X = a X + (b G + c G G) X
/// p = p * (1 - learningRate * weightDecay)
/// p = p - learningRate * adjustment * X       (transposed back)
/// </code>
/// The iteration uses float where PyTorch uses bfloat16. While X is so small that b G + c G G no longer changes a float, only X = a X is
/// computed.
/// Passes: one that reads p, g and b and writes p, b and X; two over X for its norm and quotient; the iteration, of 2 (2 rows * columns +
/// rows) * rows fused operations, rows being the shorter side, and two passes over X and one over G; and one that reads p and X and writes
/// p. The memory for X and G is that of the largest parameter and is allocated on construction; the matrix product allocates its own in a
/// thread's first step. With <see cref="Optimizer.Workers"/>, all threads share each large matrix, and small matrices are divided among
/// them; the first such step allocates memory of the largest small matrix for each thread.
/// Error: after a step at most 1e-5 of the largest element of the update from exact arithmetic on the same state.
/// Source: Jordan et al., Muon: an optimizer for hidden layers in neural networks, 2024; Liu et al., Muon is scalable for LLM training,
/// 2025 (<see cref="MuonRateAdjustment.MatchRmsAdamW"/>).
/// </summary>
public sealed class Muon : Optimizer<MuonOptions>
{
    // Up to 512 by 512: the products of smaller ones are too short to be shared.
    private const int LargestSmall = 1 << 18;
    private const double NanosecondsPerOperation = 1.0 / 48;

    private readonly NewtonSchulz _iteration;

    // One for each thread, to be taken and put back.
    private NewtonSchulz?[] _small = [];

    /// <summary>Creates the optimizer and allocates all of its state.</summary>
    /// <param name="parameters">
    /// The parameters, all with at least two dimensions, or a whole store. Each may appear only once and may not belong to another
    /// optimizer. Weights of convolutions, [outputs, inputs, height, width], are matrices of [outputs, inputs * height * width];
    /// torch.optim.Muon refuses them.
    /// </param>
    /// <param name="options">The options of all parameters that are not in a group of their own, or null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// A parameter has fewer than two dimensions, appears twice or belongs to another optimizer, or there is no parameter.
    /// </exception>
    public Muon(IEnumerable<Parameter> parameters, MuonOptions? options = null)
        : base(Require.Matrices(parameters, nameof(Muon), int.MaxValue), options ?? new(), [new("momentum_buffer")]) =>
        _iteration = new NewtonSchulz(Parameters.Select(parameter => Sides(parameter.Shape)));

    /// <inheritdoc/>
    protected override void Step(in StepContext<MuonOptions> step)
    {
        WorkParts parts = Divide(step);
        if (parts.Count > 1)
        {
            ReserveSmall(step.Workers!.ThreadCount);
            var matrices = new SmallMatrices(this, step, parts);
            Workers.Run(step.Workers, ref matrices, parts.Count);
        }

        for (int i = 0; i < step.ParameterCount; i++)
        {
            if (parts.Count == 1 || step.Length(i) > LargestSmall)
                Step(step.Parameter(i), _iteration);
        }
    }

    // The parameters in parts, as many as pay; one if the small ones are too few to be divided.
    private static WorkParts Divide(in StepContext<MuonOptions> step)
    {
        int small = 0;
        double operations = 0;
        for (int i = 0; step.Workers is not null && i < step.ParameterCount; i++)
        {
            if (step.Length(i) > LargestSmall)
                continue;
            small++;
            operations += (double)step.Length(i) * Math.Sqrt(step.Length(i)) * 3 * step.Options.NewtonSchulzSteps;
        }

        return small < step.Workers?.ThreadCount
            ? Workers.Divide(null, step.ParameterCount, 0, unit: 1)
            : Workers.Divide(
                step.Workers, step.ParameterCount, operations * NanosecondsPerOperation / Math.Max(1, step.ParameterCount), unit: 1);
    }

    private void ReserveSmall(int threads)
    {
        if (_small.Length >= threads)
            return;
        IEnumerable<(int Rows, int Columns)> sides = Parameters
            .Where(parameter => parameter.Length <= LargestSmall).Select(parameter => Sides(parameter.Shape));
        _small = [.. Enumerable.Range(0, threads).Select(_ => new NewtonSchulz(sides))];
    }

    private void StepOfOneThread(in ParameterStep<MuonOptions> step)
    {
        int place = 0;
        NewtonSchulz? iteration;
        while ((iteration = Interlocked.Exchange(ref _small[place], null)) is null)
            place = (place + 1) % _small.Length;
        try
        {
            Step(step, iteration);
        }
        finally
        {
            Volatile.Write(ref _small[place], iteration);
        }
    }

    private static void Step(in ParameterStep<MuonOptions> step, NewtonSchulz iteration)
    {
        MuonOptions options = step.Options;
        var decay = WeightDecay.Decoupled(options.LearningRate, options.WeightDecay);
        Span<float> start = iteration.Start(step.Length);
        if (options.Nesterov)
            step.Run(new MuonNesterovRule(options), decay, step.State(0), start);
        else
            step.Run(new MuonRule(options), decay, step.State(0), start);

        (int rows, int columns) = Sides(step.Parameter.Shape);
        ReadOnlySpan<float> direction = iteration.Run(
            rows, columns, options.NewtonSchulzCoefficients, options.NewtonSchulzSteps, options.Epsilon, step.Workers);
        double adjustment = options.RateAdjustment == MuonRateAdjustment.Original
            ? Math.Sqrt(Math.Max(1, (double)rows / columns))
            : 0.2 * Math.Sqrt(Math.Max(rows, columns));
        step.Move(-options.LearningRate * adjustment, direction);
    }

    private static (int Rows, int Columns) Sides(Shape shape) => (shape[0], (int)(shape.ElementCount / shape[0]));

    /// <summary>The small matrices, each stepped by one thread.</summary>
    private readonly ref struct SmallMatrices(Muon muon, in StepContext<MuonOptions> step, WorkParts parts) : IWork
    {
        private readonly StepContext<MuonOptions> _step = step;

        public void Run(int part)
        {
            (int first, int count) = parts.Of(part);
            for (int i = first; i < first + count; i++)
            {
                if (_step.Length(i) <= LargestSmall)
                    muon.StepOfOneThread(_step.ParameterOfOneThread(i));
            }
        }
    }
}

/// <summary>Updates the buffer b, an average of gradients, which is also the direction u; p only decays.</summary>
internal readonly struct MuonRule(MuonOptions options) : IUpdateRule2<MuonRule>
{
    private readonly FirstMoment _average = new(options.Momentum, options.Epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat b, ref TFloat u)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _average.Update(ref b, g);
        u = b;
    }
}

/// <summary>As <see cref="MuonRule"/>, with u between g and b.</summary>
internal readonly struct MuonNesterovRule(MuonOptions options) : IUpdateRule2<MuonNesterovRule>
{
    private readonly MuonRule _average = new(options);
    private readonly Constant _momentum = new(options.Momentum);
    private readonly Constant _minusMomentum = new(-options.Momentum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TFloat>(ref TFloat p, TFloat g, ref TFloat b, ref TFloat u)
        where TFloat : struct, IFloatLane<TFloat>
    {
        _average.Update(ref p, g, ref b, ref u);
        u = TFloat.FusedMultiplyAdd(TFloat.Splat(_momentum), b, TFloat.FusedMultiplyAdd(TFloat.Splat(_minusMomentum), g, g));
    }
}
