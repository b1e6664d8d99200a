using TensorEngine.Files;

namespace TensorEngine.Checkpoints;

/// <summary>The work that remains after everything has been checked: tensors to read into memory, and changes to make.</summary>
internal sealed class StateLoad
{
    private readonly List<Action> _changes = [];
    private readonly List<StateTensor> _state = [];
    private readonly List<(StoredTensor Stored, StoredTensor? Scales, StateTensor Target)> _reads = [];
    private readonly HashSet<StoredTensor> _coded = [];
    private int _scaleCount;

    /// <summary>Adds a tensor that the file must have, which <see cref="CheckTensors"/> checks.</summary>
    public void Add(StateTensor tensor) => _state.Add(tensor);

    /// <summary>A tensor that matches.</summary>
    public void Add(StoredTensor stored, StateTensor target)
    {
        if (target.Codes is null)
            _reads.Add((stored, null, target));
        else
            AddCoded(stored, scales: null, target);
    }

    public void Add(Action change) => _changes.Add(change);

    /// <summary>Finds the state's tensors. Together with those found before, they must be all the tensors of the file.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, does not match, or is unexpected.</exception>
    public void CheckTensors(SafeTensorsFile file)
    {
        _reads.EnsureCapacity(file.Tensors.Count);
        foreach (StateTensor tensor in _state)
        {
            if (!file.TryGetValue(tensor.Name, out StoredTensor? stored))
                throw new InvalidDataException($"it has no tensor {tensor}.");
            if (tensor.Doubles.IsEmpty && CodedContents.TryFindScales(file, stored, tensor.Shape, out StoredTensor? scales))
            {
                AddCoded(stored, scales, tensor);
                continue;
            }

            if (!tensor.Fits(stored))
                throw new InvalidDataException($"it has {stored}; it must be {tensor}.");
            Add(stored, tensor);
        }

        if (_reads.Count + _scaleCount == file.Tensors.Count)
            return;
        HashSet<StoredTensor> known = [.. _reads.Select(read => read.Stored), .. _reads.Select(read => read.Scales).OfType<StoredTensor>()];
        if (file.Tensors.FirstOrDefault(tensor => !known.Contains(tensor)) is { } unexpected)
            throw new InvalidDataException($"it has {unexpected}, which is not known here.");
    }

    /// <summary>Reads the tensors in the order of the file.</summary>
    public void ReadTensors(SafeTensorsFile file, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var transfer = new Transfer(_reads.Sum(read => read.Stored.ByteLength), progress, cancellationToken);
        _reads.Sort((left, right) => left.Stored.Offset.CompareTo(right.Stored.Offset));
        foreach ((StoredTensor stored, StoredTensor? scales, StateTensor target) in _reads)
        {
            if (_coded.Contains(stored))
                target.ReadCoded(file, stored, scales, transfer);
            else
                target.Read(file, stored, transfer);
        }
    }

    private void AddCoded(StoredTensor stored, StoredTensor? scales, StateTensor target)
    {
        _reads.Add((stored, scales, target));
        _coded.Add(stored);
        _scaleCount += scales is null ? 0 : 1;
    }

    /// <summary>Makes the changes, in the order in which they were added.</summary>
    public void Commit()
    {
        foreach (Action change in _changes)
            change();
    }
}
