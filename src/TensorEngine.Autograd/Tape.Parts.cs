using TensorEngine.Generators;

namespace TensorEngine.Autograd;

/// <content>Batches that are processed in parts.</content>
public sealed partial class Tape
{
    private readonly List<(Philox Generator, long Position)> _drawn = [];
    private int _part;
    private int _partCount = 1;

    /// <summary>
    /// Resets the tape, as <see cref="Reset"/>, before one of several equal parts of a batch: random numbers are drawn as if the whole
    /// batch were present, by the number of the sample in it. So dropout drops the same elements whether the parts are recorded together,
    /// one after the other, or on several machines. Parts of a batch must follow in ascending order; a part that does not ascend starts
    /// another batch, as <see cref="Reset"/> does.
    /// </summary>
    /// <param name="part">The index of the part, from 0 to <paramref name="partCount"/> - 1.</param>
    /// <param name="partCount">The number of parts; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public void ResetForPart(int part, int partCount)
    {
        if (partCount < 1)
            throw new ArgumentOutOfRangeException(nameof(partCount), partCount, $"partCount is {partCount}; it must be at least 1.");
        if (part < 0 || part >= partCount)
            throw new ArgumentOutOfRangeException(nameof(part), part, $"part is {part}; it must be from 0 to {partCount - 1}.");
        bool sameBatch = partCount == _partCount && part > _part;
        if (sameBatch)
        {
            foreach ((Philox generator, long position) in _drawn)
                generator.Position = position;
        }

        Forget();
        if (!sameBatch)
            _drawn.Clear();
        (_part, _partCount) = (part, partCount);
    }

    /// <summary>
    /// Reserves the same number of draws for each part of the batch, and advances the generator past those of the whole batch.
    /// </summary>
    /// <returns>The position of this part's first draw.</returns>
    internal long TakeDraws(Philox generator, long count)
    {
        long start = generator.Position;
        if (_partCount > 1)
            RememberFirst(generator, start);
        generator.Position = start + _partCount * count;
        return start + _part * count;
    }

    private void RememberFirst(Philox generator, long position)
    {
        foreach ((Philox known, _) in _drawn)
        {
            if (known == generator)
                return;
        }

        _drawn.Add((generator, position));
    }
}
