using Samples.Shared.Display;

namespace TensorEngine.Benchmarks.Tool.Measuring;

/// <summary>Starts the processes of one build or of several, in turn.</summary>
internal static class ProcessRounds
{
    /// <summary>
    /// Each build measures in as many processes as are asked for; which build is first changes from round to round, so that what the machine
    /// does in the meantime comes to all of them alike.
    /// </summary>
    /// <param name="settings">How to measure.</param>
    /// <param name="limits">Whether to measure the machine's limits as well.</param>
    /// <param name="cancellationToken">Ends the processes.</param>
    /// <param name="builds">The builds, and what takes their results.</param>
    public static void Run(
        RunSettings settings, bool limits, CancellationToken cancellationToken, params (BenchProgram Program, RunCollector Collector)[] builds) =>
        ProgressBoard.Show(board =>
        {
            for (int round = 0; round < settings.Processes; round++)
            {
                foreach ((BenchProgram program, RunCollector collector) in round % 2 == 0 ? builds : builds.Reverse())
                {
                    string[] arguments = OneProcess.Arguments(settings.Only, collector.NextOrder, settings.IsQuick, limits);
                    string name = $"round {round + 1} of {settings.Processes}{(builds.Length > 1 ? $", {(program == builds[0].Program ? "A" : "B")}" : "")}";
                    collector.Add(Watched(board, name, program.Run(arguments, cancellationToken)));
                }
            }
        });

    private static IEnumerable<ProcessLine> Watched(ProgressBoard board, string name, IEnumerable<ProcessLine> lines)
    {
        ProgressTask? task = null;
        int done = 0;
        foreach (ProcessLine line in lines)
        {
            if (line.Count > 0)
                task = board.Start(name, line.Count);
            if (line.Kernel is { } kernel)
                task?.Report(++done, kernel.Name);
            yield return line;
        }
    }
}
