namespace TensorEngine.Checkpoints;

/// <summary>
/// The exception that is thrown when a valid file does not match the objects to load: a different model or optimizer, different settings
/// that are fixed at construction, or a layout that this version does not know. The message names the difference. It is not an
/// <see cref="IOException"/>, because reading the file again would give the same result.
/// </summary>
public sealed class CheckpointMismatchException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reason">The difference, as a sentence.</param>
    /// <param name="innerException">The underlying exception, or null.</param>
    public CheckpointMismatchException(string path, string reason, Exception? innerException = null)
        : base($"{path}: {reason}", innerException)
    {
        Path = path;
        Reason = reason;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The difference, as a sentence.</summary>
    public string Reason { get; }
}
