using System.CommandLine;
using System.Globalization;
using Samples.Shared.Timing;
using Spectre.Console;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>A command that compares pieces of work in turn and reports the ratios.</summary>
internal static class SessionCommand
{
    /// <summary>For commands that compare with PyTorch and NumPy.</summary>
    public static Option<string> Python { get; } = new("--python")
    {
        Description = "A Python with PyTorch and NumPy",
        DefaultValueFactory = _ => "/usr/bin/python3",
    };

    /// <summary>For commands that compare with TorchSharp.</summary>
    public static Option<string> TorchSharp { get; } = new("--torchsharp")
    {
        Description = "The program built by bench/TorchSharp, or a script that starts it",
        DefaultValueFactory = _ => "",
    };

    /// <summary>For commands that compare with llm.c.</summary>
    public static Option<string> LlmC { get; } = new("--llmc")
    {
        Description = "The program that Peers/llmc_peer.c becomes beside llm.c",
        DefaultValueFactory = _ => "",
    };

    /// <summary>Makes the command.</summary>
    /// <param name="name">What it is called, and its report.</param>
    /// <param name="title">The report's title.</param>
    /// <param name="description">What it compares.</param>
    /// <param name="compare">Does so.</param>
    /// <param name="pairs">On how many pairs a ratio rests if the user does not say.</param>
    /// <param name="options">Further options of the command.</param>
    public static Command Create(
        string name, string title, string description, Action<PeerSession, ParseResult> compare, int pairs = 201, params Option[] options)
    {
        var output = new Option<DirectoryInfo>("--output")
        {
            Description = $"The folder for {name}.md and {name}.json",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("out", "bench")),
        };
        var pairCount = new Option<int>("--pairs")
        {
            Description = $"The number of pairs of samples behind each ratio, at least {AlternatingPairs.Fewest}",
            DefaultValueFactory = _ => pairs,
        };
        pairCount.Validators.Add(result =>
        {
            if (result.GetValue(pairCount) < AlternatingPairs.Fewest)
                result.AddError($"--pairs is {result.GetValue(pairCount)}; it must be at least {AlternatingPairs.Fewest}.");
        });
        var only = new Option<string>("--only")
        {
            Description = "Compare only work whose name contains this text, as in: --only \"16 M\"; and that of a peer, as in: --only \"16 M / PyTorch\"",
            DefaultValueFactory = _ => "",
        };
        var add = new Option<bool>("--add")
        {
            Description = "Keep the other work in an existing report, so that a long run can be split into parts",
        };
        var command = new Command(name, description) { output, pairCount, only, add };
        foreach (Option option in options)
            command.Add(option);
        command.SetAction(parsed =>
        {
            // A pipe has no width, and a table of narrow columns cannot be read.
            if (Console.IsOutputRedirected)
                AnsiConsole.Profile.Width = 200;
            var session = new PeerSession(parsed.GetRequiredValue(pairCount), parsed.GetRequiredValue(only));
            compare(session, parsed);
            string arguments = string.Join(' ', parsed.Tokens.Select(token => Quoted(token.Value)));
            var report = new PeerReport(
                session,
                name,
                title,
                string.Create(CultureInfo.InvariantCulture, $"dotnet run -c Release --project bench -- {arguments}"),
                parsed.GetValue(add));
            string folder = parsed.GetRequiredValue(output).FullName;
            report.Show();
            report.Write(folder);
            Console.WriteLine($"Written to {Path.Combine(folder, name)}.md and {name}.json.");
        });
        return command;
    }

    private static string Quoted(string token) => token.Contains(' ', StringComparison.Ordinal) ? $"\"{token}\"" : token;
}
