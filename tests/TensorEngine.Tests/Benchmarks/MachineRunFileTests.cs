using NUnit.Framework;
using Samples.Shared.CommandLine;
using TensorEngine.Benchmarks.Tool.Runs;
using TensorEngine.Tests.House;

namespace TensorEngine.Tests.Benchmarks;

/// <summary>The file of a run: what is written is what is read, and nothing else is taken for one.</summary>
public sealed class MachineRunFileTests
{
    [Test]
    public void WhatIsWrittenIsRead()
    {
        MachineRun run = MadeRun.Of(("a", [1.5, 2, 3]), ("b \"quoted\" Aᵀ*B", [4, 5, 6]));
        string text = MachineRunFile.ToText(run);
        MachineRun read = MachineRunFile.Parse("file", text);
        Assert.That(MachineRunFile.ToText(read), Is.EqualTo(text));
        Assert.That(read.Kernels[1].Name, Is.EqualTo(run.Kernels[1].Name));
        Assert.That(read.Kernels[0].Nanoseconds, Is.EqualTo(run.Kernels[0].Nanoseconds));
        Assert.That(read.Limits[0].Median, Is.EqualTo(200));
        Assert.That(read.Machine, Is.EqualTo(run.Machine));
        Assert.That(text.Split('\n').Count(line => line.Contains("\"nanoseconds\"", StringComparison.Ordinal)), Is.EqualTo(2), "a line a row");
    }

    [TestCase("{", "is not a file written by `run`")]
    [TestCase("[]", "is not a file written by `run`")]
    [TestCase("{}", "has format 0; it must be 1")]
    [TestCase("{\"format\":2}", "has format 2; it must be 1")]
    [TestCase("{\"format\":1}", "is not a file written by `run`")]
    public void OtherFilesAreRefused(string text, string message) => Assert.That(
        () => MachineRunFile.Parse("my.json", text), Throws.TypeOf<InputException>().With.Message.Contains(message).And.Message.Contains("my.json"));

    [TestCase("[1.5,2,3]", "[1.5,2]", "a has 2 numbers, but the file lists 3 processes")]
    [TestCase("[1.5,2,3]", "[1.5,2,0]", "a has the number 0; times and rates must be positive and finite")]
    [TestCase("\"processes\": 3", "\"processes\": 0", "a has 3 numbers, but the file lists 0 processes")]
    public void DamagedNumbersAreRefused(string from, string to, string message)
    {
        string text = MachineRunFile.ToText(MadeRun.Of(("a", [1.5, 2, 3])));
        Assert.That(text, Does.Contain(from));
        Assert.That(
            () => MachineRunFile.Parse("my.json", text.Replace(from, to, StringComparison.Ordinal)),
            Throws.TypeOf<InputException>().With.Message.Contains(message));
    }

    [Test]
    public void AMissingFileIsNamed() => Assert.That(
        () => MachineRunFile.Read("no-such-file.json"), Throws.TypeOf<InputException>().With.Message.Contains("no-such-file.json"));

    [TestCase("AMD EPYC (family 26, model 2), 2 of 2 cores in use", "amd-epyc-family-26")]
    [TestCase("Apple M3 Max, 16 of 16 cores in use", "apple-m3-max")]
    public void AProcessorsFolderIsItsName(string processor, string folder) => Assert.That(
        (MadeRun.Of(("a", [1])) with { Machine = new Dictionary<string, string>(StringComparer.Ordinal) { ["processor"] = processor } }).ProcessorFolder,
        Is.EqualTo(folder));

    /// <summary>The committed runs are whole, and lie where they belong.</summary>
    [Test]
    public void CommittedRunsLieInTheFolderOfTheirProcessor()
    {
        string machines = Sources.PathOf("bench/results/machines");
        string[] files = Directory.Exists(machines) ? Directory.GetFiles(machines, "*.json", SearchOption.AllDirectories) : [];
        foreach (string file in files)
        {
            MachineRun run = MachineRunFile.Read(file);
            Assert.That(Path.GetFileName(Path.GetDirectoryName(file)), Is.EqualTo(run.ProcessorFolder), file);
            Assert.That(Path.GetFileNameWithoutExtension(file), Is.EqualTo(run.Date.Split(' ')[0]), file);
            Assert.That(run.Kernels, Has.Count.GreaterThan(100), file);
        }
    }
}
