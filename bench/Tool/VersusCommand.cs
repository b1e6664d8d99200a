using System.CommandLine;
using Samples.Shared.CommandLine;
using TensorEngine.Benchmarks.Tool.Measuring;
using TensorEngine.Benchmarks.Tool.Runs;

namespace TensorEngine.Benchmarks.Tool;

/// <summary>
/// The command <c>versus</c>: measures two builds in processes that take turns, and compares them. What the machine does in the meantime
/// comes to both, so that this tells more than two runs one after the other.
/// </summary>
internal static class VersusCommand
{
    private static readonly RunOptions s_options = new();

    private static readonly Argument<string> s_other = new("other")
    {
        Description = "The earlier build: a TensorEngine.dll, which replaces this build's in a copy of the tool; or a build of the tool itself",
    };

    private static readonly Option<string> s_output = SampleOption.One(
        "--output", "DIR", "The folder for before.json and after.json", "versus", text => SampleOption.Path("--output", text));

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("versus", "Measure an earlier build and this one alternately, and compare them; the exit codes are those of compare")
        {
            s_other, s_output, CompareCommand.All,
        };
        s_options.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        using var interruption = new Interruption();
        using var other = OtherBuild.Of(parsed.GetRequiredValue(s_other));
        string command = ToolCommandLine.Of(parsed);
        RunCollector before = new(command), after = new(command);
        ProcessRounds.Run(
            s_options.Read(parsed), limits: false, interruption.Token, (other.Program, before), (BenchProgram.This, after));
        (MachineRun first, MachineRun second) = (before.ToRun(), after.ToRun());
        string folder = parsed.GetRequiredValue(s_output);
        MachineRunFile.Write(Path.Combine(folder, "before.json"), first);
        MachineRunFile.Write(Path.Combine(folder, "after.json"), second);
        return CompareCommand.Show(first, second, parsed.GetValue(CompareCommand.All));
    }
}
