namespace TensorEngine.Distributed;

/// <summary>
/// The exception that is thrown when a job of several processes cannot continue because one of them has not answered in time, has ended, or
/// disagrees with the others. The message names the rank. The data being exchanged is lost: end the process, and restart the job from its
/// last checkpoint.
/// </summary>
public sealed class TransportException : IOException
{
    /// <summary>Creates the exception.</summary>
    public TransportException()
        : this("The job cannot continue.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">A sentence that describes what happened.</param>
    public TransportException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">A sentence that describes what happened.</param>
    /// <param name="innerException">The underlying exception, or null.</param>
    public TransportException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
