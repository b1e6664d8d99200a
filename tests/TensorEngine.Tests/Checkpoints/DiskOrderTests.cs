using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using NUnit.Framework;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>What a save asks of the system, in which order. Needs strace; ignored where it is not installed.</summary>
public sealed partial class DiskOrderTests
{
    private const string Tracer = "/usr/bin/strace";

    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    /// <summary>The content is on the disk before it gets its name, and the name before the save is done.</summary>
    [Test]
    [Platform("Linux")]
    public void TheContentIsFlushedBeforeItTakesItsNameAndAfterwards()
    {
        if (!File.Exists(Tracer))
            Assert.Ignore($"{Tracer} is not installed.");
        string path = _folder.PathOf("traced.safetensors"), log = _folder.PathOf("log");
        string program = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet");
        var info = new ProcessStartInfo(
            Tracer,
            [
                "-f", "-y", "-o", log, "-e", "trace=fsync,fdatasync,rename,renameat,renameat2",
                program, typeof(DiskOrderTests).Assembly.Location, "save-once", path, "1000",
            ])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using (Process process = Process.Start(info)!)
        {
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (!output.StartsWith("saved", StringComparison.Ordinal))
                Assert.Ignore($"Processes cannot be traced here: {output}");
        }

        string[] calls =
        [
            .. File.ReadAllLines(log).Where(line => line.Contains(path, StringComparison.Ordinal))
                .Select(line => Chance().Replace(line, "TEMPORARY").Replace(path, "TARGET", StringComparison.Ordinal))
                .Select(line => Call().Match(Handle().Replace(line, "${path}")).Value),
        ];
        Assert.That(
            calls,
            Is.EqualTo(new[] { "fsync(TARGET.TEMPORARY)", "rename(\"TARGET.TEMPORARY\", \"TARGET\")", "fsync(TARGET)" }),
            string.Join('\n', File.ReadAllLines(log)));
    }

    // A file's number, and in brackets its path.
    [GeneratedRegex(@"\d+<(?<path>[^>]+)>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Handle();

    [GeneratedRegex(@"[0-9a-f]{32}\.tmp", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Chance();

    [GeneratedRegex(@"(?<=^\d+ +)[a-z0-9]+\(.*\)(?= += 0)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Call();
}
