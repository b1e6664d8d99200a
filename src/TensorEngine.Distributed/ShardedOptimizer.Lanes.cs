namespace TensorEngine.Distributed;

/// <content>The lanes of a batch.</content>
public sealed partial class ShardedOptimizer
{
    /// <summary>
    /// Enumerates this rank's lanes of a batch. Complete the loop; the store's gradients are 0 at the start of each lane.
    /// </summary>
    /// <param name="batchSize">The number of samples of the whole batch: a multiple of <see cref="ShardedOptions.BatchLanes"/>.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="batchSize"/> is not a multiple of the number of lanes, or is less than 1.
    /// </exception>
    public LaneSequence Lanes(int batchSize)
    {
        if (batchSize < 1 || batchSize % Options.BatchLanes != 0)
        {
            throw new ArgumentException(
                $"batchSize is {batchSize}; it must be a positive multiple of BatchLanes, {Options.BatchLanes}, because all lanes have "
                + "the same number of samples.",
                nameof(batchSize));
        }

        RefreshPlan();
        (_batchSize, _lanesBegun, _lanesEnded) = (batchSize, 0, 0);
        if (!_isClear)
            Optimizer.ClearGradients();
        _losses.AsSpan().Clear();
        _statistics?.Begin();
        return new LaneSequence(this);
    }

    /// <summary>Adds a loss to that of the current lane.</summary>
    /// <param name="loss">The lane's mean or sum, as <see cref="ShardedOptions.Reduction"/> says.</param>
    /// <exception cref="InvalidOperationException">No lane is being enumerated.</exception>
    public void AddLoss(double loss)
    {
        if (_lanesBegun == _lanesEnded)
            throw new InvalidOperationException("No lane is being enumerated; call AddLoss within the loop over Lanes.");
        _losses[_lanesEnded] += loss;
    }

    /// <summary>Ends the current lane and begins the next one of this rank.</summary>
    internal bool NextLane(out BatchLane lane)
    {
        int own = _losses.Length;
        if (_lanesBegun > _lanesEnded)
        {
            _statistics?.EndLane(_lanesEnded);
            if (own > 1)
                _tree.Add(_lanesEnded, _shard.Store.Gradients, _plan.Segments, Optimizer.Workers);
            _lanesEnded++;
        }

        if (_lanesBegun == own || _batchSize == 0)
        {
            lane = default;
            return false;
        }

        int index = Transport.Rank * own + _lanesBegun++, length = _batchSize / Options.BatchLanes;
        lane = new BatchLane(index, Options.BatchLanes, index * length, length);
        return true;
    }

    private void CheckLanesEnded()
    {
        if (_lanesEnded == _losses.Length || (_losses.Length == 1 && _lanesBegun == 0))
            return;
        throw new InvalidOperationException(
            $"{_lanesEnded} of this rank's {_losses.Length} lanes were completed; enumerate all of Lanes before "
            + "the step.");
    }
}
