namespace TensorEngine.Files;

/// <summary>How much of a file has been read or written.</summary>
/// <param name="BytesDone">The bytes of the tensors that were read or written so far.</param>
/// <param name="BytesTotal">The bytes of all tensors of the work.</param>
public readonly record struct TransferProgress(long BytesDone, long BytesTotal);
