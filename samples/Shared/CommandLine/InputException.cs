namespace Samples.Shared.CommandLine;

/// <summary>The user's input cannot be used. The message is the line that the user sees.</summary>
public sealed class InputException : Exception
{
    public InputException()
        : this("The input cannot be used.")
    {
    }

    public InputException(string message)
        : base(message)
    {
    }

    public InputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
