using System.ComponentModel;

namespace TensorEngine.Distributed;

/// <summary>
/// Enumerates this rank's lanes of a batch in a <c>foreach</c>. After each iteration the lane's gradients move from the store into the sum,
/// and the store's gradients are 0 again.
/// </summary>
public readonly struct LaneSequence
{
    private readonly ShardedOptimizer _optimizer;

    internal LaneSequence(ShardedOptimizer optimizer) => _optimizer = optimizer;

    /// <summary>Begins with the first lane.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Enumerator GetEnumerator() => new(_optimizer);

    /// <summary>Goes from lane to lane.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public struct Enumerator
    {
        private readonly ShardedOptimizer _optimizer;

        internal Enumerator(ShardedOptimizer optimizer)
        {
            _optimizer = optimizer;
            Current = default;
        }

        /// <summary>The lane.</summary>
        public BatchLane Current { get; private set; }

        /// <summary>Ends the current lane and begins the next one.</summary>
        /// <returns>False after the last lane.</returns>
        public bool MoveNext()
        {
            bool any = _optimizer.NextLane(out BatchLane lane);
            Current = lane;
            return any;
        }
    }
}
