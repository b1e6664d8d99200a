using Spectre.Console;

namespace Samples.Shared.Display;

/// <summary>What standard output is connected to.</summary>
public static class Terminal
{
    /// <summary>Whether standard output is a terminal that can move its cursor. Otherwise only plain lines may be written.</summary>
    public static bool IsLive { get; } =
        !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities is { Ansi: true, Interactive: true };
}
