using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace TensorEngine.Benchmarks.Files;

/// <summary>
/// The command <c>endurance</c>: training with checkpoints on a disk that fills up, killed again and again, with another process reading,
/// and beside it a training that nobody kills, whose memory and handles are watched.
/// </summary>
internal static class EnduranceCommand
{
    // A disk that is not meant to be filled is larger.
    private const long LargestDisk = 256L << 20;

    // For a process to begin, on a machine that has much else to do.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    // The most that one round counts: a machine that sleeps does no work.
    private static readonly TimeSpan s_longestRound = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { Description = "How long; interrupted, it reports what there is", DefaultValueFactory = _ => 60 };
        var seed = new Option<int>("--seed") { Description = "The seed of the moments", DefaultValueFactory = _ => 1 };
        var folder = new Option<DirectoryInfo?>("--folder") { Description = "On a disk of its own of 20 to 256 MB, which is filled up" };
        var role = new Option<string?>("--role") { Description = "Be one of its processes: train or read", Hidden = true };
        var file = new Option<FileInfo?>("--file") { Description = "The file of that process", Hidden = true };
        var command = new Command("endurance", "Train on a disk that fills up, killed at random, with another process reading")
        {
            minutes, seed, folder, role, file,
        };
        command.SetAction(parsed =>
        {
            string? path = parsed.GetValue(file)?.FullName;
            switch (parsed.GetValue(role))
            {
                case "train":
                    EnduranceProcess.Train(path!);
                    break;
                case "read":
                    EnduranceProcess.Read(path!);
                    break;
            }

            DirectoryInfo? where = parsed.GetValue(folder);
            if (where is null || new DriveInfo(where.FullName).TotalSize > LargestDisk)
            {
                Console.Error.WriteLine("--folder must be on a disk of at most 256 MB, as it is filled up.");
                return 2;
            }

            return Run(TimeSpan.FromMinutes(parsed.GetRequiredValue(minutes)), parsed.GetRequiredValue(seed), where.FullName);
        });
        return command;
    }

    private static int Run(TimeSpan duration, int seed, string folder)
    {
        string killed = Path.Combine(folder, "killed.safetensors"), spared = Path.Combine(folder, "spared.safetensors");
        string filler = Path.Combine(folder, "filler");
        File.Delete(filler);
        File.Delete(killed);
        File.Delete(spared);
        var random = new Random(seed);
        var reference = new EnduranceRun();
        TimeSpan worked = default;
        bool stopped = false;
        Console.CancelKeyPress += (_, key) => key.Cancel = stopped = true;
        int kills = 0, leftovers = 0, saves = 0, refused = 0, full = 0;
        reference.Save(killed);
        using var reader = new EnduranceChild("read", killed);
        using var survivor = new EnduranceChild("train", spared);
        if (!(reader.HasBegun(s_patience) && survivor.HasBegun(s_patience)))
            throw new InvalidOperationException("No process begins.");
        while (worked < duration && !stopped)
        {
            var round = Stopwatch.StartNew();
            using var victim = new EnduranceChild("train", killed);

            // One in five is killed before its first save, or in it.
            victim.HasBegun(random.Next(5) == 0 ? TimeSpan.FromSeconds(0.3 * random.NextDouble()) : s_patience);
            Thread.Sleep(TimeSpan.FromSeconds(2 * random.NextDouble()));
            bool fills = random.Next(2) == 0;
            if (fills)
            {
                full++;
                Fill(filler);
                Thread.Sleep(TimeSpan.FromSeconds(2 * random.NextDouble()));
            }

            victim.Kill();
            kills++;
            saves += victim.Saves;
            refused += victim.Refused;
            leftovers += Directory.GetFiles(folder, "killed.*.tmp").Length > 0 ? 1 : 0;
            File.Delete(filler);
            CheckNothingLost(killed, victim.Saved, reference);
            if (reader.HasExited || survivor.HasExited)
                throw new InvalidOperationException("The process that reads, or the training that nobody kills, has ended.");

            worked += round.Elapsed < s_longestRound ? round.Elapsed : s_longestRound;
        }

        // With room again the last save is a whole one and clears up.
        Thread.Sleep(TimeSpan.FromSeconds(2));
        reader.Kill();
        survivor.Kill();
        CheckNothingLost(spared, survivor.Saved, new EnduranceRun());
        reference.Save(killed);
        reference.Save(spared);
        int temporary = Directory.GetFiles(folder, "*.tmp").Length;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {worked.TotalMinutes:0.0} minutes, seed {seed}: {kills} kills, {leftovers} of them within a save, {saves} saves done and {refused} refused
            by a full disk, which it was {full} times; {reader.Reports[^1].Count} reads by the other process. After each kill the file was whole, as
            new as the last save that was done, and the same bytes as a training that nothing disturbs. Temporary files at the end: {temporary}.
            """));
        bool steady = EnduranceTable.Write("the training that nobody kills", survivor) & EnduranceTable.Write("the process that reads", reader);
        return steady && temporary == 0 ? 0 : 1;
    }

    /// <summary>The file is no older than the last save that was done, and has the bytes of a training that nothing disturbs.</summary>
    private static void CheckNothingLost(string path, long saved, EnduranceRun reference)
    {
        var found = new EnduranceRun();
        found.Load(path);
        if (found.Step < saved)
            throw new InvalidOperationException($"{path} has step {found.Step}; step {saved} was saved.");
        reference.Train((int)(found.Step - reference.Step));
        if (!reference.Bytes().AsSpan().SequenceEqual(File.ReadAllBytes(path)))
            throw new InvalidOperationException($"{path} at step {found.Step} is not what an undisturbed training has there.");
    }

    private static void Fill(string path)
    {
        byte[] block = new byte[1 << 16];
        try
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            while (true)
                file.Write(block);
        }
        catch (IOException)
        {
            // It is full.
        }
    }
}
