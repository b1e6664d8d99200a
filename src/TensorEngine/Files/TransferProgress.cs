namespace TensorEngine.Files;

/// <summary>The progress of reading or writing a file.</summary>
/// <param name="BytesDone">The number of bytes read or written so far.</param>
/// <param name="BytesTotal">The total number of bytes to read or write.</param>
public readonly record struct TransferProgress(long BytesDone, long BytesTotal);
