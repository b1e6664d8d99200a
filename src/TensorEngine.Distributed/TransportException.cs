namespace TensorEngine.Distributed;

/// <summary>
/// A job of several processes cannot go on: one of them has not answered in time, has ended, or disagrees with the others. The message
/// names the rank. What was being exchanged is lost: end the process, and start the job again from its last checkpoint.
/// </summary>
public sealed class TransportException : IOException
{
    /// <summary>Creates the exception.</summary>
    public TransportException()
        : this("The job cannot go on.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">A sentence that says what has happened.</param>
    public TransportException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">A sentence that says what has happened.</param>
    /// <param name="innerException">The underlying exception, or null.</param>
    public TransportException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
