using System.CommandLine;
using System.Globalization;
using Engine.Benchmarks.Timing;
using Spectre.Console;

namespace Engine.Benchmarks.Peers;

/// <summary>The command <c>peers</c>: the same work by the library and by others, in turn.</summary>
internal static class PeersCommand
{
    public static Command Create()
    {
        var output = new Option<DirectoryInfo>("--output")
        {
            Description = "The folder for peers.md and peers.json",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("out", "peers")),
        };
        var pairs = new Option<int>("--pairs")
        {
            Description = $"The pairs of samples that a ratio rests on, at least {AlternatingPairs.Fewest}",
            DefaultValueFactory = _ => 201,
        };
        pairs.Validators.Add(result =>
        {
            if (result.GetValue(pairs) < AlternatingPairs.Fewest)
                result.AddError($"--pairs is {result.GetValue(pairs)}; it must be at least {AlternatingPairs.Fewest}.");
        });
        var only = new Option<string>("--only")
        {
            Description = "Part of the name of the work to compare, as in: --only \"16 M\"",
            DefaultValueFactory = _ => "",
        };
        var python = new Option<string>("--python")
        {
            Description = "The Python with PyTorch",
            DefaultValueFactory = _ => "/usr/bin/python3",
        };

        var command = new Command("peers", "Compare with C++ loops and PyTorch, side by side in one run; say which of them is missing")
        {
            output, pairs, only, python,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(output),
            parsed.GetRequiredValue(python),
            new PeerSession(parsed.GetRequiredValue(pairs), parsed.GetRequiredValue(only)),
            string.Join(' ', parsed.Tokens.Select(token => token.Value.Contains(' ', StringComparison.Ordinal) ? $"\"{token.Value}\"" : token.Value))));
        return command;
    }

    private static int Run(DirectoryInfo output, string python, PeerSession session, string arguments)
    {
        // A pipe has no width, and a table of narrow columns cannot be read.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 200;
        CppLoops? cpp = CppLoops.TryBuild(out string missing);
        if (cpp is null)
            session.Lacks("C++", missing);
        else
            session.Found(cpp.Compiler);
        if (cpp is { HasIntrinsics: false })
            session.Lacks("C++, AVX-512 intrinsics", "this machine has no AVX-512");

        using TorchProcess? torch = TorchProcess.TryStart(python, out missing);
        if (torch is null)
            session.Lacks("PyTorch", missing);
        else
            session.Found($"{torch.Version}, BLAS: {torch.Blas}");
        if (torch is not null && !torch.Blas.Contains("OpenBLAS", StringComparison.Ordinal))
            session.Lacks("PyTorch with OpenBLAS", $"it uses {torch.Blas} here (Debian: apt-get install libopenblas0-pthread)");

        AdamPeers.Run(session, cpp);
        ManyParametersPeers.Run(session, torch);
        TrainingStepPeers.Run(session, torch);

        var report = new PeerReport(session, string.Create(CultureInfo.InvariantCulture, $"dotnet run -c Release --project bench -- {arguments}"));
        report.Show();
        report.Write(output.FullName);
        Console.WriteLine($"Written to {Path.Combine(output.FullName, "peers.md")} and peers.json.");
        return 0;
    }
}
