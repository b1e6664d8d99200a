using System.Globalization;

namespace TensorEngine.Benchmarks.Files;

/// <summary>
/// The processes of the command <c>endurance</c>: one trains and saves, one reads. Each says after every save or read what it has done and
/// what it holds, in one line.
/// </summary>
internal static class EnduranceProcess
{
    private const int StepsPerSave = 10;

    /// <summary>Trains and saves for ever. A save that the disk has no room for is counted, and the training goes on.</summary>
    public static void Train(string path)
    {
        var run = new EnduranceRun();
        if (File.Exists(path))
            run.Load(path);
        long refused = 0;
        while (true)
        {
            run.Train(StepsPerSave);
            bool saved = false;
            try
            {
                run.Save(path);
                saved = true;
            }
            catch (IOException)
            {
                refused++;
            }

            Tell(saved ? "saved" : "refused", run.Step, refused);
            Thread.Sleep(20);
        }
    }

    /// <summary>Reads a file for ever that another process replaces; one that is older than the one before is an exception.</summary>
    public static void Read(string path)
    {
        var run = new EnduranceRun();
        long reads = 0;
        while (!File.Exists(path))
            Thread.Sleep(5);
        while (true)
        {
            long before = run.Step;
            run.Load(path);
            if (run.Step < before)
                throw new InvalidOperationException($"{path} went back from step {before} to {run.Step}.");
            Tell("read", run.Step, ++reads);
            Thread.Sleep(20);
        }
    }

    private static void Tell(string what, long step, long count) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what} {step} {count} {Handles()} {GC.GetTotalMemory(forceFullCollection: false)} {Environment.WorkingSet}"));

    // The folder of handles is one itself while it is read.
    private static int Handles() => OperatingSystem.IsLinux() ? Directory.GetFileSystemEntries("/proc/self/fd").Length - 1 : 0;
}
