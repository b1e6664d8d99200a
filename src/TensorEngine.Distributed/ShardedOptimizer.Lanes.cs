namespace TensorEngine.Distributed;

/// <content>The lanes of a batch.</content>
public sealed partial class ShardedOptimizer
{
    /// <summary>
    /// Goes through this rank's lanes of a batch. Each has to be gone through to its end; the store's gradients are 0 at its beginning.
    /// </summary>
    /// <param name="batchSize">The samples of the whole batch: a multiple of <see cref="ShardedOptions.BatchLanes"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="batchSize"/> is no multiple of the number of lanes, or below 1.</exception>
    public LaneSequence Lanes(int batchSize)
    {
        if (batchSize < 1 || batchSize % Options.BatchLanes != 0)
        {
            throw new ArgumentException(
                $"batchSize is {batchSize}; it must be a positive multiple of BatchLanes, {Options.BatchLanes}, as all lanes have equally "
                + "many samples.",
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

    /// <summary>Says the loss of the lane that is being gone through, or more of it: it is added.</summary>
    /// <param name="loss">The lane's mean or sum, as <see cref="ShardedOptions.Reduction"/> says.</param>
    /// <exception cref="InvalidOperationException">No lane is being gone through.</exception>
    public void AddLoss(double loss)
    {
        if (_lanesBegun == _lanesEnded)
            throw new InvalidOperationException("No lane is being gone through; call AddLoss within the loop over Lanes.");
        _losses[_lanesEnded] += loss;
    }

    /// <summary>Ends the lane that is open, and begins the next one of this rank.</summary>
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
            $"{_lanesEnded} of this rank's {_losses.Length} lanes were gone through to their end; go through all of Lanes before "
            + "the step.");
    }
}
