using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Files;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>A file is saved while others read it and save it, too, from other threads and other processes.</summary>
public sealed class SaveSharingTests
{
    private const int Elements = 1000;

    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<string> Names =>
    [
        "a", "tensors.safetensors", new('a', 63), new('b', 64), new('c', 100), new('d', 218), new('e', 219), new('f', 254), new('g', 255),
        new string('ä', 127), new string('日', 85), string.Concat(Enumerable.Repeat("\U0001F600", 63)),
        "x" + string.Concat(Enumerable.Repeat("\U0001F600", 63)),
    ];

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    /// <summary>Whoever watches for a new file reads it the moment it has its name.</summary>
    [Test]
    public void NoReadIsRefusedOrTornWhileAnotherThreadSaves()
    {
        const int Reads = 10_000, Saves = 50;
        string path = _folder.PathOf("threads.safetensors");
        Save(path, 0);
        using var done = new CancellationTokenSource();
        int saves = 0;
        Task saving = Task.Run(() =>
        {
            for (; !done.IsCancellationRequested; Interlocked.Increment(ref saves))
                Save(path, Volatile.Read(ref saves));
        });
        try
        {
            var store = new ParameterStore();
            Parameter values = store.Add("values", [Elements]);
            for (int i = 0; i < Reads || Volatile.Read(ref saves) < Saves; i++)
            {
                Checkpoint.LoadValues(path, store);
                CheckWhole(values.Values);
                using FileStream plain = File.OpenRead(path);
            }
        }
        finally
        {
            done.Cancel();
            saving.Wait();
        }

        AssertTidy();
    }

    [Test]
    public void NoReadOfAnotherProcessIsRefusedOrTorn()
    {
        string path = _folder.PathOf("processes.safetensors");
        Save(path, 0);
        using Process reader = Start("read-loop", path, "10000");
        long saves = 0;
        for (; !reader.HasExited; saves++)
            Save(path, saves);
        Assert.That(reader.StandardOutput.ReadToEnd(), Is.EqualTo("0 refused, 0 torn\n"));
        Assert.That(saves, Is.AtLeast(10));
        AssertTidy();
    }

    [Test]
    public void SeveralThreadsSaveOneFile()
    {
        string path = _folder.PathOf("savers.safetensors");
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, saver =>
        {
            for (int save = 0; save < 100; save++)
                Save(path, saver);
        });
        CheckWhole(path);
        AssertTidy();
    }

    [Test]
    public void SeveralProcessesSaveOneFile()
    {
        string path = _folder.PathOf("savers.safetensors");
        Process[] savers = [.. Enumerable.Range(0, 3).Select(saver => Start("save-many", path, "100"))];
        for (int save = 0; save < 100; save++)
            Save(path, save);
        foreach (Process saver in savers)
        {
            Assert.That(saver.StandardOutput.ReadToEnd(), Is.EqualTo("100 saved\n"));
            saver.Dispose();
        }

        CheckWhole(path);
        AssertTidy();
    }

    /// <summary>As many bytes as Linux allows for a name, or somewhat fewer.</summary>
    [TestCaseSource(nameof(Names))]
    [Platform("Linux")]
    public void AFileOfALongNameIsSaved(string name)
    {
        Assert.That(Encoding.UTF8.GetByteCount(name), Is.LessThanOrEqualTo(255));
        string path = _folder.PathOf(name);
        Save(path, 1);
        File.WriteAllText(TemporaryName.Make(path), "left over");
        Save(path, 2);
        CheckWhole(path);
        AssertTidy();
        File.Delete(path);
    }

    /// <summary>A lock that is held for a moment only does not keep readers away: they try again for some milliseconds.</summary>
    [Test]
    [Platform("Linux")]
    public void AFileThatStaysLockedIsRefusedAfterSomeTries()
    {
        string path = _folder.PathOf("locked.safetensors");
        Save(path, 1);
        using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            long start = Stopwatch.GetTimestamp();
            Assert.Throws<IOException>(() => SafeTensorsFile.Open(path));
            Assert.That(Stopwatch.GetElapsedTime(start).TotalMilliseconds, Is.AtLeast(15));
        }

        CheckWhole(path);
    }

    [TestCaseSource(nameof(Names))]
    public void ATemporaryNameIsNoLongerThanALongName(string name)
    {
        string path = Path.Combine("/folder", name);
        string temporary = Path.GetFileName(TemporaryName.Make(path));
        Assert.That(Encoding.UTF8.GetByteCount(temporary), Is.LessThanOrEqualTo(Math.Max(100, Encoding.UTF8.GetByteCount(name))));
        Assert.That(temporary, Has.Length.LessThanOrEqualTo(Math.Max(100, name.Length)));
        Assert.That(TemporaryName.IsOf(path, temporary));
        Assert.That(TemporaryName.IsOf(path, Path.GetFileName(TemporaryName.Make(path))));
        foreach (string other in new[] { name + "a", name[..^1], "a" + name })
            Assert.That(TemporaryName.IsOf(Path.Combine("/folder", other), temporary), Is.False, other);
    }

    /// <summary>Whatever new files may usually have, and be it more than that.</summary>
    [Test]
    [Platform("Linux")]
    [SupportedOSPlatform("linux")]
    public void PermissionsThatNewFilesDoNotGetAreKept()
    {
        string path = _folder.PathOf("permissions.safetensors");
        foreach (int mode in new[] { 0b110_110_110, 0b111_111_111, 0b100_100_100, 0b110_000_000 })
        {
            Save(path, 1);
            File.SetUnixFileMode(path, (UnixFileMode)mode);
            Save(path, 2);
            Assert.That(File.GetUnixFileMode(path), Is.EqualTo((UnixFileMode)mode));
        }
    }

    /// <summary>The work of a process that reads: says how many reads were refused, and how many found parts of two saves.</summary>
    internal static void ReadLoop(string path, int reads)
    {
        int refused = 0, torn = 0;
        for (int i = 0; i < reads; i++)
        {
            try
            {
                CheckWhole(path);
            }
            catch (IOException)
            {
                refused++;
            }
            catch (InvalidOperationException)
            {
                torn++;
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{refused} refused, {torn} torn"));
    }

    /// <summary>The work of a process that saves.</summary>
    internal static void SaveMany(string path, int saves)
    {
        for (int save = 0; save < saves; save++)
            Save(path, save);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{saves} saved"));
    }

    private static void Save(string path, long save)
    {
        float[] values = [.. Enumerable.Repeat((float)save, Elements)];
        SafeTensorsFile.Save(path, [TensorContent.Of("values", [Elements], values)]);
    }

    private static void CheckWhole(string path)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        float[] values = new float[Elements];
        file.Read(file["values"], values);
        CheckWhole(values);
    }

    private static void CheckWhole(ReadOnlySpan<float> values)
    {
        if (values.IndexOfAnyExcept(values[0]) >= 0)
            throw new InvalidOperationException("The file is mixed of several saves.");
    }

    private static Process Start(params string[] arguments)
    {
        string program = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet");
        var info = new ProcessStartInfo(program, [typeof(SaveSharingTests).Assembly.Location, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        return Process.Start(info)!;
    }

    private void AssertTidy() => Assert.That(Directory.GetFiles(_folder.Folder, "*.tmp"), Is.Empty);
}
