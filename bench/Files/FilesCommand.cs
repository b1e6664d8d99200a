using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Samples.Shared.Timing;
using TensorEngine.Files;

namespace TensorEngine.Benchmarks.Files;

/// <summary>
/// The command <c>files</c>: saving and loading large safetensors files beside <c>dd</c> and a plain loop of reads, in turn.
/// </summary>
internal static class FilesCommand
{
    private const int Large = 256 << 20;
    private const int SmallTensors = 10_000;
    private const int SmallLength = 1000;
    private const int ReadChunk = 8 << 20;

    public static Command Create()
    {
        var folder = new Option<DirectoryInfo>("--folder")
        {
            Description = "The folder for the files: some gigabytes on the disk to measure",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("out", "files")),
        };
        var pairs = new Option<int>("--pairs") { Description = "The number of pairs of samples behind each ratio", DefaultValueFactory = _ => 11 };
        var command = new Command("files", "Compare saving and loading 1 GiB with dd and a plain read loop") { folder, pairs };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(folder), parsed.GetRequiredValue(pairs)));
        return command;
    }

    private static int Run(DirectoryInfo folder, int pairs)
    {
        folder.Create();
        string path = Path.Combine(folder.FullName, "ours.safetensors");
        string copy = Path.Combine(folder.FullName, "dd.bin");
        float[] values = GC.AllocateUninitializedArray<float>(Large, pinned: true);
        for (int i = 0; i < values.Length; i++)
            values[i] = i;
        TensorContent tensor = TensorContent.Of("values", [Large], values);
        bool met = true;

        Console.WriteLine("| work | against | ratio of speeds | quartiles | target | ours | peer's |");
        Console.WriteLine("|---|---|--:|--:|--:|--:|--:|");
        met &= Report(
            "save 1 GiB",
            "dd conv=fsync",
            .9,
            pairs,
            () => SafeTensorsFile.Save(path, [tensor]),
            () => CopyByDd(copy),
            prepare: () =>
            {
                // Neither writes over old content.
                File.Delete(path);
                File.Delete(copy);
            });
        File.Delete(copy);

        SafeTensorsFile.Save(path, [tensor]);
        met &= Report("load 1 GiB, warm cache", "read loop into the same buffer", .9, pairs, () => Load(path, values), () => ReadPlainly(path, values));

        string many = Path.Combine(folder.FullName, "many.safetensors");
        string one = Path.Combine(folder.FullName, "one.safetensors");
        Memory<float> small = values.AsMemory(0, SmallTensors * SmallLength);
        SafeTensorsFile.Save(one, [TensorContent.Of("values", [small.Length], small)]);
        SafeTensorsFile.Save(
            many,
            Enumerable.Range(0, SmallTensors).Select(i => TensorContent.Of($"layers.{i}.weight", [SmallLength], small.Slice(i * SmallLength, SmallLength))));
        WarmUp.Run(() => Load(many, values));
        WarmUp.Run(() => Load(one, values));
        met &= Report("load 10,000 tensors, 40 MB", "one tensor of 40 MB", 1.0 / 3, 5 * pairs, () => Load(many, values), () => Load(one, values));
        folder.Delete(recursive: true);
        return met ? 0 : 1;
    }

    private static void CopyByDd(string path)
    {
        using Process dd = Process.Start(new ProcessStartInfo(
            "dd", ["if=/dev/zero", $"of={path}", "bs=8M", $"count={sizeof(float) * (long)Large / (8 << 20)}", "conv=fsync", "status=none"]))!;
        dd.WaitForExit();
    }

    private static void Load(string path, Span<float> buffer)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        foreach (StoredTensor tensor in file.Tensors)
        {
            file.Read(tensor, buffer[..(int)tensor.ElementCount]);
            buffer = buffer[(int)tensor.ElementCount..];
        }
    }

    private static void ReadPlainly(string path, Span<float> buffer)
    {
        using SafeFileHandle file = File.OpenHandle(path);

        // The same bytes, from the same place: processors copy at different speeds between places that lie differently in their pages.
        long start = RandomAccess.GetLength(file) - (sizeof(float) * (long)buffer.Length);
        for (long done = 0; done < sizeof(float) * (long)buffer.Length;)
        {
            Span<byte> chunk = MemoryMarshal.AsBytes(buffer.Slice((int)(done / sizeof(float)), ReadChunk / sizeof(float)));
            done += RandomAccess.Read(file, chunk, start + done);
        }
    }

    /// <summary>Takes samples in turn, who is first changing, after one of each that does not count.</summary>
    private static bool Report(string work, string against, double target, int pairs, Action ours, Action peer, Action? prepare = null)
    {
        var ratios = new List<double>();
        var ourTimes = new List<double>();
        var peerTimes = new List<double>();
        for (int pair = -1; pair < pairs; pair++)
        {
            bool oursFirst = pair % 2 == 0;
            prepare?.Invoke();
            double first = Seconds(oursFirst ? ours : peer);
            prepare?.Invoke();
            double second = Seconds(oursFirst ? peer : ours);
            if (pair < 0)
                continue;
            (double ourTime, double peerTime) = oursFirst ? (first, second) : (second, first);
            ourTimes.Add(ourTime);
            peerTimes.Add(peerTime);
            ratios.Add(peerTime / ourTime);
        }

        var ratio = new Quartiles([.. ratios]);
        bool met = ratio.Median >= target;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {work} | {against} | {ratio.Median:0.00} | {ratio.Lower:0.00} to {ratio.Upper:0.00} | {target:0.00}, {(met ? "met" : "MISSED")} "
            + $"| {1e3 * new Quartiles([.. ourTimes]).Median:0.0} ms | {1e3 * new Quartiles([.. peerTimes]).Median:0.0} ms |"));
        return met;
    }

    private static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
