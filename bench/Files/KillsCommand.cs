using System.CommandLine;
using TensorEngine.Benchmarks.Limits;
using TensorEngine.Tests.Checkpoints;

namespace TensorEngine.Benchmarks.Files;

/// <summary>The command <c>kills</c>: a process that saves in a loop is killed again and again. The tests run a short one.</summary>
internal static class KillsCommand
{
    public static Command Create()
    {
        var kills = new Option<int>("--kills") { Description = "The number of kills", DefaultValueFactory = _ => 300 };
        var seed = new Option<int>("--seed") { Description = "The seed for the times of the kills", DefaultValueFactory = _ => 1 };
        var folder = new Option<DirectoryInfo>("--folder")
        {
            Description = "The folder for the saved file",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("out", "kills")),
        };
        var victim = new Option<FileInfo?>("--victim") { Description = "Run as the process that saves this file in a loop", Hidden = true };
        var command = new Command("kills", "Kill a process that saves in a loop, and load the file each time") { kills, seed, folder, victim };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(victim) is { } file)
                SaveLoop.Run(file.FullName);
            return Run(parsed.GetRequiredValue(kills), parsed.GetRequiredValue(seed), parsed.GetRequiredValue(folder));
        });
        return command;
    }

    private static int Run(int kills, int seed, DirectoryInfo folder)
    {
        folder.Create();
        (long saves, int interrupted) = SaveLoop.Kill(
            path => FreshProcess.StartInfo("kills", "--victim", path), folder.FullName, kills, seed);
        Console.WriteLine($"{kills} kills, {interrupted} of them within a save, {saves} saves done: the file was whole and the last one each time (seed {seed}).");
        return 0;
    }
}
