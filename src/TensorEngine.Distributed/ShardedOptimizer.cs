using System.Diagnostics;
using System.Numerics;
using TensorEngine.Distributed.Sharding;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Losses;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Distributed;

/// <summary>
/// Steps one model on several processes. Every process has all values and gradients, computes the gradients of its share of the batch, and
/// holds the optimizer's state and takes its steps only for its part of the elements:
/// <code>
/// var adam = new Adam(new ParameterShard(store, transport.Rank, transport.Size), options);
/// var optimizer = new ShardedOptimizer(adam, transport, new ShardedOptions { BatchLanes = 16 });
/// foreach (BatchLane lane in optimizer.Lanes(rows.Length))
/// {
///     tape.ResetForPart(lane.Index, lane.Count);
///     Variable loss = Loss(tape, rows.Slice(lane.Start, lane.Length));
///     tape.Backward(loss);
///     optimizer.AddLoss(loss.Item());
/// }
///
/// StepResult result = optimizer.Step();
/// </code>
/// A step adds the gradients of all ranks, each part on the rank that steps it; computes one global norm and decides on clipping and
/// skipping for all ranks; steps the part; and distributes the new values. The results have the same bits for any number of processes and
/// threads, and with <see cref="ShardedOptions.BatchLanes"/> = 1 the same bits as the optimizer on its own.
/// </summary>
/// <remarks>
/// <para>A step sends 2 (P - 1) / P of 4 bytes per trainable element from each of P ranks, where every rank sends (P - 1) / P of the sum's
/// volume and receives the same amount. State takes one P-th of its memory; the lanes' sums take log2(BatchLanes / P) buffers of one float
/// per element of the store.</para>
/// <para>Any elementwise optimizer works, including your own. LARS and LAMB, whose steps depend on norms of parameters, send two doubles
/// more for every 4096 elements. An optimizer that needs whole parameters (Adafactor, Muon) holds each whole parameter on one rank.
/// <c>CombinedOptimizer</c> and <c>Lookahead</c> are refused because they step parameters that other ranks hold; so is
/// <c>SparseAdam</c>.</para>
/// <para>Before every exchange, ranks compare parameters, options, learning rates, step counts and the size of the batch, and before the
/// first step also the values; if any differ, all ranks throw a <see cref="TransportException"/> that names the difference. A rank that
/// does not answer within <see cref="Transport.Timeout"/> is also named.</para>
/// <para>If the model has other state that a step changes, keep it equal on every rank: give random number generators the same seed.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class ShardedOptimizer : IStateful
{
    private readonly ParameterShard _shard;
    private readonly Agreement _agreement;
    private readonly GradientExchange _exchange;
    private readonly LaneTree _tree;
    private readonly LaneStatistics? _statistics;
    private readonly double[] _losses;
    private readonly double[] _numbers;
    private readonly float _factor;
    private ShardPlan _plan;
    private int _batchSize;
    private int _lanesBegun;
    private int _lanesEnded;
    private bool _isClear;

    /// <summary>Takes over an optimizer created for this rank's part. All ranks must call this constructor together.</summary>
    /// <param name="optimizer">
    /// The optimizer, created with a <see cref="ParameterShard"/> of <c>transport.Rank</c> and <c>transport.Size</c>.
    /// </param>
    /// <param name="transport">The other ranks.</param>
    /// <param name="options">How to sum over a batch; null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="optimizer"/> or <paramref name="transport"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// The optimizer was created without a shard or for another rank, or there are more processes than <see
    /// cref="ShardedOptions.BatchLanes"/>, or their number is not a power of two.
    /// </exception>
    /// <exception cref="TransportException">Another rank has different parameters or options, or does not answer.</exception>
    public ShardedOptimizer(Optimizer optimizer, Transport transport, ShardedOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(transport);
        Options = options ?? new();
        _shard = ShardOf(optimizer, transport);
        CheckLanes(transport, Options);
        (Optimizer, Transport) = (optimizer, transport);
        int lanes = Options.BatchLanes, own = lanes / transport.Size;
        _factor = Options.Reduction == LossReduction.Mean ? 1f / lanes : 1;
        _plan = new ShardPlan(_shard.Segments, _shard.Cuts);
        _agreement = new Agreement(optimizer, transport, lanes);
        _exchange = new GradientExchange(transport);
        _tree = new LaneTree(own, own > 1 ? _shard.Store.Gradients.Length : 0);
        if (lanes > 1)
            _statistics = new(Options.Statistics ?? _shard.Store.Parameters.Where(parameter => !parameter.Trainable), transport, lanes);
        _losses = new double[own];
        _numbers = new double[transport.Size];
        _shard.ExchangeSums = transport.AllGatherInPlace;
        _agreement.Check(JobOperation.Start, 0, 0, _numbers);
    }

    /// <summary>
    /// Gets the optimizer of this rank's part. Its options, groups and learning rates must be the same on every rank.
    /// </summary>
    public Optimizer Optimizer { get; }

    /// <summary>The other ranks.</summary>
    public Transport Transport { get; }

    /// <summary>Gets how the sum over a batch is formed.</summary>
    public ShardedOptions Options { get; }

    /// <summary>Gets all parameters, the same on every rank.</summary>
    public IReadOnlyList<Parameter> Parameters => Optimizer.Parameters;

    /// <summary>
    /// Gets the loss of the batch of the last step, if <see cref="AddLoss"/> received those of the lanes: their mean or sum as
    /// <see cref="ShardedOptions.Reduction"/> says; the same bits on every rank.
    /// </summary>
    public double Loss { get; private set; }

    /// <summary>
    /// Takes a step with the gradients of all lanes of all ranks; all ranks must call it. The store's gradients are 0 afterward, whether or
    /// not the step is taken.
    /// </summary>
    /// <returns>Whether the step was taken, and the norm of the gradients if it was computed: the same on every rank.</returns>
    /// <exception cref="InvalidOperationException">
    /// Not all lanes of this rank were enumerated, or the optimizer cannot step (<see cref="Optimizers.Stepping.Optimizer.Step"/>).
    /// </exception>
    /// <exception cref="TransportException">Another rank differs in something that must be the same on all, or does not answer.</exception>
    public StepResult Step()
    {
        CheckLanesEnded();
        _agreement.Check(JobOperation.Step, _batchSize, PairwiseSum.Of(_losses), _numbers);
        Loss = PairwiseSum.Of(_numbers) * _factor;
        RefreshPlan();
        Workers? workers = Optimizer.Workers;
        _exchange.Reduce(_shard.Store.Gradients, _plan, _factor, workers);
        if (_lanesEnded > 0)
            _statistics?.Finish();
        (_batchSize, _lanesBegun, _lanesEnded, _isClear) = (0, 0, 0, false);
        GradientOptions gradients = Optimizer.GradientOptions;
        double factor = gradients.Scale;
        double? norm = null;
        if (gradients.ClipNorm is not null || gradients.SkipNonFinite)
            norm = Math.Sqrt(_plan.Norm.SquaredNorm(_shard.Store, Transport, workers)) * Math.Abs(factor);
        if (gradients.ClipNorm is { } limit)
            factor *= Math.Min(1, limit / (norm!.Value + 1e-6));
        bool takes = !gradients.SkipNonFinite || (double.IsFinite(norm!.Value) && !Overflows(factor));
        if (takes)
            _shard.Take(factor);
        ClearGradients(isOwnPartClear: takes && gradients.Clear);
        if (takes)
            ExchangeValues();
        return new StepResult(takes, norm);
    }

    /// <summary>
    /// Distributes every rank's part of the values, as a step does. Call it after changing the values of the part by other means, such as a
    /// schedule-free optimizer's <c>UseEvaluationValues</c>. All ranks must call it.
    /// </summary>
    /// <exception cref="TransportException">Another rank calls something else, or does not answer.</exception>
    public void GatherValues()
    {
        _agreement.Check(JobOperation.Values, 0, 0, _numbers);
        RefreshPlan();
        ExchangeValues();
    }

    /// <inheritdoc/>
    public void Describe(StateArchive archive) => Optimizer.Describe(archive);

    /// <summary>"rank 1 of 4: Adam of 6 parameters, learning rate 0.001".</summary>
    public override string ToString() => $"{Transport}: {Optimizer}";

    private static ParameterShard ShardOf(Optimizer optimizer, Transport transport)
    {
        if (optimizer.Shard is not { } shard)
        {
            throw new ArgumentException(
                $"optimizer is {optimizer}, which steps all of its elements; make it as new {optimizer.GetType().Name}(new ParameterShard("
                + "store, transport.Rank, transport.Size)). CombinedOptimizer and Lookahead cannot be sharded because they change values "
                + "of other parts.",
                nameof(optimizer));
        }

        return shard.Part == transport.Rank && shard.PartCount == transport.Size
            ? shard
            : throw new ArgumentException($"optimizer has {shard}, transport is {transport}; they must be the same.", nameof(optimizer));
    }

    private static void CheckLanes(Transport transport, ShardedOptions options)
    {
        if (!BitOperations.IsPow2(transport.Size))
        {
            throw new ArgumentException(
                $"transport has {transport.Size} ranks; their number must be a power of two, because lanes are added pairwise.",
                nameof(transport));
        }

        if (transport.Size > options.BatchLanes)
        {
            throw new ArgumentException(
                $"options has BatchLanes {options.BatchLanes}, transport has {transport.Size} ranks; each needs at least one lane. 16 "
                + "gives the same bits for 1, 2, 4, 8 and 16 ranks.",
                nameof(options));
        }
    }

    private void RefreshPlan()
    {
        if (!_plan.IsFor(_shard.Segments))
            _plan = new ShardPlan(_shard.Segments, _shard.Cuts);
    }

    // As the core's own step: a finite gradient that the factor, but no clamping afterwards, takes beyond the floats.
    private bool Overflows(double factor)
    {
        GradientOptions gradients = Optimizer.GradientOptions;
        if (!(Math.Abs(factor) > 1) || gradients.ClipValue is not null)
            return false;
        float largest = 0;
        foreach (Segment piece in _plan.PiecesOf(Transport.Rank))
        {
            ReadOnlySpan<float> values = _shard.Store.Gradients.Slice(piece.Offset, piece.Length);
            largest = Math.Max(largest, Math.Max(Reduction.Max(values, Optimizer.Workers), -Reduction.Min(values, Optimizer.Workers)));
        }

        _numbers[0] = largest;
        Span<double> all = stackalloc double[Transport.Size];
        Transport.AllGather(_numbers.AsSpan(0, 1), all);
        foreach (double one in all)
            largest = Math.Max(largest, (float)one);
        return !float.IsFinite((float)(largest * factor));
    }

    private void ClearGradients(bool isOwnPartClear)
    {
        for (int rank = 0; rank < Transport.Size; rank++)
        {
            foreach (Segment piece in isOwnPartClear && rank == Transport.Rank ? [] : _plan.PiecesOf(rank))
                _shard.Store.Gradients.Slice(piece.Offset, piece.Length).Clear();
        }

        _isClear = true;
    }

    private void ExchangeValues()
    {
        Span<float> values = _shard.Store.Values;
        for (int step = 1; step < Transport.Size; step++)
        {
            (int to, int from) = Transport.Partners(step);
            foreach (Segment piece in _plan.PiecesOf(Transport.Rank))
                Transport.BeginSend<float>(to, values.Slice(piece.Offset, piece.Length));
            foreach (Segment piece in _plan.PiecesOf(from))
                Transport.BeginReceive(from, values.Slice(piece.Offset, piece.Length));
        }

        Transport.Complete();
    }
}
