using System.ComponentModel;

namespace TensorEngine.Distributed;

/// <summary>
/// The lanes of a batch that are this rank's, for a <c>foreach</c>. When the loop goes on, the lane's gradients are taken out of the store
/// and into the sum, and the store's are 0 again.
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

        /// <summary>Ends a lane and begins the next one.</summary>
        /// <returns>False behind the last one.</returns>
        public bool MoveNext()
        {
            bool any = _optimizer.NextLane(out BatchLane lane);
            Current = lane;
            return any;
        }
    }
}
