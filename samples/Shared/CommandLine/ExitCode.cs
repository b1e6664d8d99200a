namespace Samples.Shared.CommandLine;

/// <summary>How a sample's process ends.</summary>
public static class ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    public const int Success = 0;

    /// <summary>An option, a file or a folder is not as it must be; one line on standard error says how.</summary>
    public const int BadInput = 2;

    /// <summary>Ctrl+C: 128 + SIGINT, as shells count.</summary>
    public const int Interrupted = 130;
}
