using TensorEngine.Checkpoints;
using TensorEngine.Distributed.Sharding;

namespace TensorEngine.Distributed;

/// <content>Checkpoints, which do not depend on the number of processes.</content>
public sealed partial class ShardedOptimizer
{
    /// <summary>
    /// Saves a checkpoint: rank 0 gathers the state of all parts and writes the file, byte for byte the same as that of one process. All
    /// ranks must call this method. The file is written atomically: after a crash either the old or the new file exists. Meanwhile rank 0
    /// needs memory for the whole state, and the others wait for at most <see cref="Transport.Timeout"/>.
    /// </summary>
    /// <param name="checkpoint">A checkpoint of the store, with this object or its <see cref="Optimizer"/> as a part.</param>
    /// <param name="path">The path of the file on rank 0.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="TransportException">Rank 0 could not write the file, or a rank differs or does not answer.</exception>
    public void Save(Checkpoint checkpoint, string path)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(path);
        _agreement.Check(JobOperation.Save, 0, 0, _numbers);
        string? fault = null;
        if (Transport.Rank == 0)
            _shard.HoldWholeState(true);
        try
        {
            foreach (Parameter parameter in Parameters)
            {
                foreach (string state in Optimizer.StateNames)
                    GatherState(parameter, state);
            }

            if (Transport.Rank == 0)
                fault = FaultOf(() => checkpoint.Save(path));
        }
        finally
        {
            if (Transport.Rank == 0)
                _shard.HoldWholeState(false);
        }

        JobTexts.ThrowIfAnyFailed(Transport, $"save {path}", fault);
    }

    /// <summary>
    /// Loads a checkpoint saved by any number of processes. All ranks must call this method; each reads the values and its own part of the
    /// state from the file. If the file does not match on one rank, all ranks throw.
    /// </summary>
    /// <param name="checkpoint">A checkpoint of the store, with this object or its <see cref="Optimizer"/> as a part.</param>
    /// <param name="path">The file, which every rank must be able to read.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="TransportException">A rank could not load the file or does not answer.</exception>
    public void Load(Checkpoint checkpoint, string path)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(path);
        JobTexts.ThrowIfAnyFailed(Transport, $"load {path}", FaultOf(() => checkpoint.Load(path)));
        _agreement.CompareValues();
        _agreement.Check(JobOperation.Load, 0, 0, _numbers);
    }

    private static string? FaultOf(Action deed)
    {
        try
        {
            deed();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException
            or InvalidOperationException or NotSupportedException or FormatException or InvalidDataException)
        {
            return exception.Message;
        }
    }

    private void GatherState(Parameter parameter, string state)
    {
        if (Transport.Rank > 0)
        {
            Span<float> own = Optimizer.State(parameter, state);
            if (!own.IsEmpty)
                Transport.BeginSend<float>(0, own);
        }

        for (int rank = 1; rank < Transport.Size && Transport.Rank == 0; rank++)
        {
            (int start, int length) = _shard.PieceOf(parameter, rank);
            Span<float> whole = _shard.WholeState(parameter, state);

            // State of another shape is that of a whole parameter.
            Span<float> piece = length == 0 ? [] : whole.Length == parameter.Length ? whole.Slice(start, length) : whole;
            if (!piece.IsEmpty)
                Transport.BeginReceive(rank, piece);
        }

        Transport.Complete();
    }
}
