using TensorEngine.Generators;

namespace TensorEngine.Autograd.Data;

/// <summary>
/// Splits indices into batches, in a new random order each epoch. The order depends only on the generator's seed, stream and position and
/// on the number of the epoch. The position is saved with the run, so a run that is resumed in the middle of an epoch continues with the
/// same batches.
/// <code>
/// var batches = new MiniBatches(images.Count, size: 128, new Philox(seed, stream: 2));
/// checkpoint.Add("batches", batches);
/// ReadOnlySpan&lt;int&gt; rows = batches.Next();
/// </code>
/// </summary>
public sealed class MiniBatches : IStateful
{
    private readonly Philox _generator;
    private readonly int[] _order;
    private readonly bool _dropLast;
    private long _orderPosition;
    private int _batch;

    /// <summary>Creates batches, before the first epoch.</summary>
    /// <param name="count">The number of indices; at least 1.</param>
    /// <param name="size">The size of a batch; from 1 to <paramref name="count"/>.</param>
    /// <param name="generator">The source of the orders; its seed, stream and position are copied.</param>
    /// <param name="dropLast">
    /// Whether to skip the indices after the last full batch of an epoch; false by default: they form a smaller batch.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public MiniBatches(int count, int size, Philox generator, bool dropLast = false)
    {
        ArgumentNullException.ThrowIfNull(generator);
        if (count < 1)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"count is {count}; it must be at least 1.");
        if (size < 1 || size > count)
            throw new ArgumentOutOfRangeException(nameof(size), size, $"size is {size}; it must be from 1 to count, {count}.");
        Size = size;
        _dropLast = dropLast;
        _order = new int[count];
        _generator = new Philox(generator.Seed, generator.Stream) { Position = generator.Position };
        _batch = CountPerEpoch;
    }

    /// <summary>The number of indices.</summary>
    public int Count => _order.Length;

    /// <summary>The size of a batch.</summary>
    public int Size { get; }

    /// <summary>The number of batches in an epoch.</summary>
    public int CountPerEpoch => _dropLast ? Count / Size : (Count - 1) / Size + 1;

    /// <summary>The epoch of the latest batch, counted from 1; 0 before the first batch.</summary>
    public long Epoch { get; private set; }

    /// <summary>Whether the latest batch was the last of its epoch.</summary>
    public bool IsEpochEnd => Epoch > 0 && _batch == CountPerEpoch;

    /// <summary>Returns the next batch; after the last batch of an epoch, starts the next epoch.</summary>
    /// <returns>The indices, valid until the call that starts the next epoch.</returns>
    public ReadOnlySpan<int> Next()
    {
        if (_batch == CountPerEpoch)
        {
            _orderPosition = _generator.Position;
            _generator.Permutation(_order);
            _batch = 0;
            Epoch++;
        }

        int start = _batch++ * Size;
        return _order.AsSpan(start, Math.Min(Size, Count - start));
    }

    /// <summary>Copies the rows of a batch one after the other.</summary>
    /// <param name="rows">All rows, each as long as the destination divided by the number of indices.</param>
    /// <param name="indices">The indices of the rows.</param>
    /// <param name="destination">Receives the rows.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="destination"/> does not consist of one whole row for each index, or an index is out of range.
    /// </exception>
    public static void Gather<T>(ReadOnlySpan<T> rows, ReadOnlySpan<int> indices, Span<T> destination)
    {
        if (indices.IsEmpty || destination.Length % indices.Length != 0)
        {
            throw new ArgumentException(
                $"destination has {destination.Length} elements, indices has {indices.Length}; it must have whole rows, one for each.",
                nameof(destination));
        }

        int length = destination.Length / indices.Length;
        for (int i = 0; i < indices.Length; i++)
        {
            if (indices[i] < 0 || (indices[i] + 1L) * length > rows.Length)
            {
                throw new ArgumentException(
                    $"indices[{i}] is {indices[i]}; there are {(length == 0 ? 0 : rows.Length / length)} rows of {length}.",
                    nameof(indices));
            }
        }

        for (int i = 0; i < indices.Length; i++)
            rows.Slice(indices[i] * length, length).CopyTo(destination[(i * length)..]);
    }

    /// <summary>Describes the seed, the stream, the position of the order in it, and the position in the order.</summary>
    /// <param name="archive">Receives the current position, and returns the one to continue from.</param>
    public void Describe(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Fixed("count", Count);
        archive.Fixed("size", Size);
        long epoch = archive.Count("epoch", Epoch);
        int batch = (int)archive.Integer("batch", _batch, 0, CountPerEpoch);
        long before = Epoch > 0 ? _orderPosition : _generator.Position;
        ulong[] state = archive.Words("order", [_generator.Seed, _generator.Stream, (ulong)before]);
        if (state.Length != 3 || state[2] > (ulong)(Philox.MaximumPosition - Count))
            throw archive.Mismatch("order is not a seed, a stream and a position.");
        archive.Commit(() => Go(state, epoch, batch));
    }

    private void Go(ulong[] state, long epoch, int batch)
    {
        _generator.RestoreState(new GeneratorState(_generator.SaveState().Kind, state));
        (Epoch, _batch) = (epoch, CountPerEpoch);
        if (epoch == 0)
            return;
        _orderPosition = _generator.Position;
        _generator.Permutation(_order);
        _batch = batch;
    }
}
