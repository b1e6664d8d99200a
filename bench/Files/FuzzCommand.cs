using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using TensorEngine.Tests.Files;

namespace TensorEngine.Benchmarks.Files;

/// <summary>
/// The command <c>fuzz</c>: files of all formats, damaged at random, are refused or read whole. The tests run a short one.
/// </summary>
internal static class FuzzCommand
{
    private const int Round = 10_000;

    public static Command Create()
    {
        var mutations = new Option<int>("--mutations")
        {
            Description = "The number of damaged files, in rounds of 10,000",
            DefaultValueFactory = _ => 1_000_000,
        };
        var seed = new Option<int>("--seed")
        {
            Description = "The seed of the first round; each round uses the next one",
            DefaultValueFactory = _ => 1,
        };
        var folder = new Option<DirectoryInfo>("--folder")
        {
            Description = "The folder for the files, which are written one at a time; preferably in memory",
            DefaultValueFactory = _ => new DirectoryInfo(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath()),
        };
        var command = new Command("fuzz", "Damage files at random and read them") { mutations, seed, folder };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(mutations), parsed.GetRequiredValue(seed), parsed.GetRequiredValue(folder).FullName));
        return command;
    }

    private static int Run(int mutations, int seed, string parent)
    {
        string folder = Directory.CreateDirectory(Path.Combine(parent, $"engine-fuzz-{Environment.ProcessId}")).FullName;
        try
        {
            var total = new FuzzOutcome();
            long start = Stopwatch.GetTimestamp();
            for (int done = 0; done < mutations; done += Round)
                total.Add(FileFuzzer.Run(folder, seed + (done / Round), Round));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{total} (seeds from {seed}, {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s)"));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
