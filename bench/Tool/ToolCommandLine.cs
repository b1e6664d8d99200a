using System.CommandLine;

namespace TensorEngine.Benchmarks.Tool;

/// <summary>The tool as it is called.</summary>
internal static class ToolCommandLine
{
    /// <summary>What it is called on a command line.</summary>
    public const string Name = "tensorengine-bench";

    /// <summary>What the user gave.</summary>
    public static string Of(ParseResult parsed) => string.Join(
        ' ', parsed.Tokens.Select(token => token.Value.Contains(' ', StringComparison.Ordinal) ? $"\"{token.Value}\"" : token.Value).Prepend(Name));
}
