namespace TensorEngine.Files;

/// <summary>The validated content of a safetensors file to write: a header and the tensors in its order.</summary>
internal readonly struct SafeTensorsContent
{
    private readonly ReadOnlyMemory<byte> _header;
    private readonly TensorContent[] _sorted;
    private readonly Transfer _transfer;

    private SafeTensorsContent(ReadOnlyMemory<byte> header, TensorContent[] sorted, Transfer transfer) =>
        (_header, _sorted, _transfer) = (header, sorted, transfer);

    public static SafeTensorsContent Make(
        IEnumerable<TensorContent> tensors,
        IEnumerable<KeyValuePair<string, string>>? metadata,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        TensorContent[] sorted = [.. Require.NotNull(tensors)];
        ReadOnlyMemory<byte> header = SafeTensorsHeaderWriter.Make(sorted, [.. metadata ?? []]);
        return new(header, sorted, new Transfer(sorted.Sum(tensor => tensor.ByteLength), progress, cancellationToken));
    }

    public void WriteTo(Stream file)
    {
        file.Write(_header.Span);
        foreach (TensorContent tensor in _sorted)
            tensor.WriteTo(file, _transfer);
    }
}
