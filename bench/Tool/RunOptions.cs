using System.CommandLine;
using Samples.Shared.CommandLine;
using TensorEngine.Benchmarks.Tool.Kernels;

namespace TensorEngine.Benchmarks.Tool;

/// <summary>The options of commands that measure.</summary>
internal sealed class RunOptions
{
    /// <summary>One more than a whole run needs to show a change: <see cref="Comparing.RunComparison.Enough"/>.</summary>
    private const int DefaultProcesses = 9;
    private const int MostProcesses = 30;
    private const int QuickProcesses = 2;

    private readonly Option<int> _processes =
        SampleOption.WholeNumber("--processes", "The number of processes that measure each row; two with --quick", DefaultProcesses, 1, MostProcesses);

    private readonly Option<string> _only = new("--only")
    {
        HelpName = "PART",
        Description = "Measure only rows whose names contain PART, as in: --only \"Adam, 16 K\"",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<bool> _quick = new("--quick")
    {
        Description = "Measure roughly and skip slow rows: a few seconds, to check that everything works",
    };

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_processes);
        command.Add(_only);
        command.Add(_quick);
    }

    /// <summary>What the user gave.</summary>
    /// <exception cref="InputException">No row has the part.</exception>
    public RunSettings Read(ParseResult parsed)
    {
        bool quick = parsed.GetValue(_quick);
        string only = parsed.GetRequiredValue(_only);
        if (KernelList.Of(only, quick).Count == 0)
            throw SampleOption.Unusable("--only", only, "part of the name of a row, which `run` prints");
        bool isGiven = parsed.GetResult(_processes) is { Implicit: false };
        return new(quick && !isGiven ? QuickProcesses : parsed.GetRequiredValue(_processes), only, quick);
    }
}

/// <summary>How to measure.</summary>
/// <param name="Processes">How many processes measure each row.</param>
/// <param name="Only">Part of the names of the rows; empty for all.</param>
/// <param name="IsQuick">Whether rough results will do.</param>
internal sealed record RunSettings(int Processes, string Only, bool IsQuick);
