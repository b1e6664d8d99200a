namespace TensorEngine.Autograd;

/// <summary>The recorded operations of one type.</summary>
internal abstract class OperationRecords
{
    private static int s_types;

    /// <summary>Discards the records, but keeps their memory.</summary>
    public abstract void Clear();

    /// <summary>Runs a record's backward pass.</summary>
    public abstract void Backward(int record, in BackwardContext context);

    /// <summary>The next operation type's place in every tape's list.</summary>
    protected static int NextPlace() => Interlocked.Increment(ref s_types) - 1;
}

/// <inheritdoc cref="OperationRecords"/>
internal sealed class OperationRecords<TOperation> : OperationRecords
    where TOperation : struct, IOperation
{
    private TOperation[] _records = new TOperation[4];

    /// <summary>The operation's place in every tape's list of records.</summary>
    public static int Place { get; } = NextPlace();

    public int Count { get; private set; }

    /// <summary>Stores a copy, whose fields the forward pass may set.</summary>
    public ref TOperation Add(in TOperation operation)
    {
        if (Count == _records.Length)
            Array.Resize(ref _records, 2 * Count);
        _records[Count] = operation;
        return ref _records[Count++];
    }

    public void RemoveLast() => Count--;

    public override void Clear() => Count = 0;

    public override void Backward(int record, in BackwardContext context) => _records[record].Backward(in context);
}
