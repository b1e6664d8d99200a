using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using NUnit.Framework;
using TensorEngine.Files;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Checkpoints;

/// <summary>At every moment the old or the new file is whole, whatever stops a save.</summary>
public sealed partial class SaveSafetyTests
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.PathOf("safe.safetensors");

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    /// <summary>300 kills take half a minute: <c>dotnet run -c Release --project bench -- kills</c> does them all.</summary>
    [Test]
    public void AKilledSaveLosesNothing()
    {
        using var folder = new TemporaryFolder();
        (long saves, int interrupted) = SaveLoop.Kill(path => Child("save-loop", path), folder.Folder, kills: 25, seed: 20240701);
        Assert.That(saves, Is.AtLeast(25));
        Assert.That(interrupted, Is.Positive, "No kill fell into a save.");
    }

    [Test]
    public void TheLeftoversOfAKilledSaveAreDeletedByTheNextOne()
    {
        string leftover = $"{Path}.{Guid.NewGuid():N}.tmp";
        string[] others = [$"{Path}.tmp", $"{Path}.{Guid.NewGuid():N}", _folder.PathOf($"other.{Guid.NewGuid():N}.tmp")];
        foreach (string file in others.Append(leftover))
            File.WriteAllText(file, "");
        string held = $"{Path}.{Guid.NewGuid():N}.tmp";
        using (new FileStream(held, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            SafeTensorsFile.Save(Path, []);
            Assert.That(File.Exists(leftover), Is.False);
            Assert.That(others.Append(held).Where(file => !File.Exists(file)), Is.Empty, "Files that are not leftovers, or that somebody is writing.");
        }

        foreach (string file in others.Append(held))
            File.Delete(file);
    }

    /// <summary>A limit of the file size stands for a full disk: the system refuses to write on in the middle of the file.</summary>
    [Test]
    [Platform("Linux")]
    public void AFullDiskLosesNothing()
    {
        SafeTensorsFile.Save(Path, [TensorContent.Of("old", [2], new float[] { 1, 2 })]);
        byte[] before = File.ReadAllBytes(Path);
        ProcessStartInfo child = Child("save-once", Path, "4000000");
        string command = string.Join(' ', child.ArgumentList.Prepend(child.FileName).Select(part => $"'{part}'"));

        // The signal that comes with the limit is ignored, so that the write itself fails. The runtime's own large mapping of
        // code would fail, too.
        var limited = new ProcessStartInfo("/bin/bash", ["-c", $"trap '' XFSZ; ulimit -f 4096; DOTNET_EnableWriteXorExecute=0 exec {command}"]);
        Assert.That(Output(limited), Does.StartWith("IOException").And.Contains("too large").IgnoreCase);
        Assert.That(File.ReadAllBytes(Path), Is.EqualTo(before));
        Assert.That(Directory.GetFiles(_folder.Folder, "*.tmp"), Is.Empty);
        Assert.That(Output(child), Does.StartWith("saved"), "without the limit");
    }

    [Test]
    [Platform("Linux")]
    [SupportedOSPlatform("linux")]
    public void AFolderWithoutPermissionLosesNothing()
    {
        SafeTensorsFile.Save(Path, [TensorContent.Of("old", [2], new float[] { 1, 2 })]);
        byte[] before = File.ReadAllBytes(Path);
        UnixFileMode mode = File.GetUnixFileMode(_folder.Folder);
        File.SetUnixFileMode(_folder.Folder, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        try
        {
            using (new OrdinaryUser())
            {
                Assert.Throws<UnauthorizedAccessException>(() => SafeTensorsFile.Save(Path, []));
                Assert.Throws<UnauthorizedAccessException>(() => NumPyFile.Save(_folder.PathOf("new.npy"), new float[1], []));
            }
        }
        finally
        {
            File.SetUnixFileMode(_folder.Folder, mode);
        }

        Assert.That(File.ReadAllBytes(Path), Is.EqualTo(before));
        Assert.That(File.Exists(_folder.PathOf("new.npy")), Is.False);
        Assert.That(Directory.GetFiles(_folder.Folder, "*.tmp"), Is.Empty);
    }

    [Test]
    public void APathThatCannotBeWrittenIsRefused()
    {
        Assert.Throws<DirectoryNotFoundException>(() => SafeTensorsFile.Save(_folder.PathOf("none/file"), []));
        string folder = Directory.CreateDirectory(_folder.PathOf("folder")).FullName;
        Exception? refused = Assert.Catch(() => SafeTensorsFile.Save(folder, []));
        Assert.That(refused, Is.InstanceOf<IOException>().Or.InstanceOf<UnauthorizedAccessException>());
        Assert.That(Directory.GetFiles(_folder.Folder, "*.tmp"), Is.Empty);
    }

    [Test]
    [Platform("Linux")]
    [SupportedOSPlatform("linux")]
    public void ALinkAndThePermissionsAreKept()
    {
        SafeTensorsFile.Save(Path, []);
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string link = _folder.PathOf("link");
        File.CreateSymbolicLink(link, Path);
        SafeTensorsFile.Save(link, [TensorContent.Of("new", [], new float[] { 1 })]);
        Assert.That(new FileInfo(link).LinkTarget, Is.EqualTo(Path));
        using SafeTensorsFile file = SafeTensorsFile.Open(Path);
        Assert.That(file.Tensors, Has.Count.EqualTo(1));
        Assert.That(File.GetUnixFileMode(Path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public void AFileIsReplacedWhileItIsRead()
    {
        SafeTensorsFile.Save(Path, [TensorContent.Of("a", [], new float[] { 1 })]);
        using SafeTensorsFile file = SafeTensorsFile.Open(Path);
        SafeTensorsFile.Save(Path, [TensorContent.Of("a", [], new float[] { 2 })]);
        float[] read = new float[1];
        file.Read(file["a"], read);
        Assert.That(read[0], Is.EqualTo(1));
    }

    private static string Output(ProcessStartInfo info)
    {
        info.RedirectStandardOutput = true;
        using Process process = Process.Start(info)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    /// <summary>This assembly as a program, run by the .NET that runs the tests.</summary>
    private static ProcessStartInfo Child(params string[] arguments) =>
        new(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"), [typeof(SaveSafetyTests).Assembly.Location, .. arguments]);

    /// <summary>Takes root's privileges over files from this thread. Others do not have them anyway.</summary>
    private sealed partial class OrdinaryUser : IDisposable
    {
        private const uint Nobody = 65534;

        private readonly uint _user = (uint)SetFileSystemUser(Nobody);

        public void Dispose() => _ = SetFileSystemUser(_user);

        [LibraryImport("libc", EntryPoint = "setfsuid")]
        private static partial int SetFileSystemUser(uint user);
    }
}
