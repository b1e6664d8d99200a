using TensorEngine.Checkpoints;

namespace Samples.Shared.CommandLine;

/// <summary>A run in a file named by the user.</summary>
public static class RunFile
{
    /// <summary>Saves or loads it.</summary>
    /// <param name="run">What it is, for the message, such as "run".</param>
    /// <param name="what">What happens to it: "saved" or "resumed".</param>
    /// <param name="action">Saves or loads.</param>
    /// <exception cref="InputException">The file cannot be used, or has notes that the sample did not write.</exception>
    public static void Try(string run, string what, Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CheckpointMismatchException
            or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new InputException($"The {run} cannot be {what}: {exception.Message}", exception);
        }
    }
}
