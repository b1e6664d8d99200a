using System.CommandLine;
using System.Globalization;
using Samples.Shared.CommandLine;
using Samples.Shared.Display;
using TensorEngine.Benchmarks.Tool.Measuring;
using TensorEngine.Benchmarks.Tool.Runs;

namespace TensorEngine.Benchmarks.Tool;

/// <summary>The command <c>run</c>: times everything of the core by several processes, and writes one file for the machine.</summary>
internal static class RunCommand
{
    private const string DefaultFile = "tensorengine-run.json";

    private static readonly RunOptions s_options = new();

    private static readonly Option<string> s_output = SampleOption.One(
        "--output", "FILE", "The file to write", DefaultFile, text => SampleOption.Path("--output", text));

    private static readonly Option<string> s_machines = SampleOption.One(
        "--machines",
        "DIR",
        "Write to the folder of this processor in DIR instead, named by date: bench/results/machines in the repository",
        "",
        text => SampleOption.Path("--machines", text));

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("run", "Time the whole core in several processes, and write one file: ten minutes") { s_output, s_machines };
        s_options.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static void Run(ParseResult parsed)
    {
        using var interruption = new Interruption();
        var collector = new RunCollector(ToolCommandLine.Of(parsed));
        ProcessRounds.Run(s_options.Read(parsed), limits: true, interruption.Token, (BenchProgram.This, collector));
        MachineRun run = collector.ToRun();
        string machines = parsed.GetRequiredValue(s_machines);
        string path = machines.Length == 0
            ? parsed.GetRequiredValue(s_output)
            : Path.Combine(machines, run.ProcessorFolder, $"{run.Date.Split(' ')[0]}.json");
        Show(run);
        MachineRunFile.Write(path, run);
        Console.Out.WriteLine($"wrote {path}");
    }

    private static void Show(MachineRun run)
    {
        var limits = new ResultTable(new ResultColumn("limit"), new("rate", IsNumber: true));
        foreach (MeasuredLimit limit in run.Limits)
            limits.AddRow(limit.Name, string.Create(CultureInfo.InvariantCulture, $"{limit.Median:0} {limit.Unit}"));
        limits.Write();
        Console.Out.WriteLine();
        RowTexts.Table(run.Kernels).Write();
    }
}
