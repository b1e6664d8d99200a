namespace Samples.Shared.CommandLine;

/// <summary>The exit codes of a sample.</summary>
public static class ExitCode
{
    /// <summary>The sample completed.</summary>
    public const int Success = 0;

    /// <summary>An option, a file or a folder is invalid; a line on standard error says why.</summary>
    public const int BadInput = 2;

    /// <summary>Ctrl+C: 128 + SIGINT, as shells count.</summary>
    public const int Interrupted = 130;
}
