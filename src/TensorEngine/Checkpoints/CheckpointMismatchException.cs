namespace TensorEngine.Checkpoints;

/// <summary>
/// A file is whole, but does not fit what is to be loaded from it: another model, another optimizer, other settings that are
/// fixed on construction, or a layout that this version does not know. The message names what differs. It is no
/// <see cref="IOException"/>: reading the file again gives the same.
/// </summary>
public sealed class CheckpointMismatchException : Exception
{
    /// <summary>Says what does not fit.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reason">What differs, as a sentence.</param>
    /// <param name="innerException">The underlying exception, or null.</param>
    public CheckpointMismatchException(string path, string reason, Exception? innerException = null)
        : base($"{path}: {reason}", innerException)
    {
        Path = path;
        Reason = reason;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What differs, as a sentence.</summary>
    public string Reason { get; }
}
