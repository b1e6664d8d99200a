using System.Diagnostics;
using System.Globalization;
using TensorEngine.Files;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>
/// A process that saves the same file again and again, and another one that kills it and looks at what is there: always a whole file,
/// and none older than the last save that was done.
/// </summary>
internal static class SaveLoop
{
    private const int Elements = 1 << 18;

    /// <summary>The work of the process that will be killed. Writes the number of each save that is done to the console.</summary>
    public static void Run(string path)
    {
        long save = File.Exists(path) ? Check(path) : 0;
        float[] values = new float[Elements];
        while (true)
        {
            save++;
            values.AsSpan().Fill(save);
            SafeTensorsFile.Save(
                path,
                [TensorContent.Of("values", [Elements], values), TensorContent.Of("save", [], new[] { save })],
                [new("save", save.ToString(CultureInfo.InvariantCulture))]);
            Console.WriteLine(save);
        }
    }

    /// <summary>Saves a file of that many floats and says on the console what came of it.</summary>
    public static void SaveOnce(string path, int elements)
    {
        try
        {
            SafeTensorsFile.Save(path, [TensorContent.Of("values", [elements], new float[elements])]);
            Console.WriteLine("saved");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Console.WriteLine($"{exception.GetType().Name}: {exception.Message}");
        }
    }

    /// <summary>Kills the process that <paramref name="start"/> starts again and again, each time at a random moment.</summary>
    /// <returns>How many saves were done, and how many kills fell into one.</returns>
    public static (long Saves, int Interrupted) Kill(Func<string, ProcessStartInfo> start, string folder, int kills, int seed)
    {
        string path = Path.Combine(folder, "killed.safetensors");
        var random = new Random(seed);
        int interrupted = 0;
        long save = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            ProcessStartInfo info = start(path);
            info.RedirectStandardOutput = true;
            using Process process = Process.Start(info)!;
            long done = long.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
            Thread.Sleep(TimeSpan.FromMilliseconds(20 * random.NextDouble()));
            process.Kill();
            string rest = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            foreach (string line in rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
                done = long.Parse(line, CultureInfo.InvariantCulture);

            // The last save may have taken its name before it could be reported.
            save = Check(path);
            if (save != done && save != done + 1)
                throw new InvalidOperationException($"After kill {kill} the file is that of save {save}; save {done} was done.");
            int leftovers = Directory.GetFiles(folder, "*.tmp").Length;
            if (leftovers > 1)
                throw new InvalidOperationException($"After kill {kill} there are {leftovers} temporary files.");
            interrupted += leftovers;
        }

        return (save, interrupted);
    }

    /// <summary>The number of the save whose whole file is there.</summary>
    private static long Check(string path)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        long[] save = new long[1];
        file.Read(file["save"], save);
        float[] values = new float[Elements];
        file.Read(file["values"], values);
        return values.AsSpan().IndexOfAnyExcept(save[0]) < 0
            && string.Equals(file.Metadata["save"], save[0].ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                ? save[0]
                : throw new InvalidOperationException($"{path} is mixed of several saves.");
    }
}
