namespace TensorEngine.Files;

/// <summary>
/// One read or write: checks for cancellation after every chunk, and reports progress if it is larger than 64 MiB.
/// </summary>
internal sealed class Transfer
{
    /// <summary>The bytes that are read or written at a time.</summary>
    public const int Chunk = 8 << 20;

    private const long ReportedAbove = 64 << 20;

    private readonly IProgress<TransferProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly long _total;
    private long _done;
    private long _reported;

    public Transfer(long total, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        _progress = total > ReportedAbove ? progress : null;
        _cancellation = cancellationToken;
        _total = total;
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Counts bytes that were read or written.</summary>
    public void Advance(long bytes)
    {
        _done += bytes;
        if (_progress is not null && (_done - _reported >= Chunk || _done == _total))
        {
            _reported = _done;
            _progress.Report(new(_done, _total));
        }

        _cancellation.ThrowIfCancellationRequested();
    }
}
