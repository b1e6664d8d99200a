using System.Text.Json;
using NUnit.Framework;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Samples;

/// <summary>The transformer sample as a process: what it prints, writes and returns.</summary>
[Category("Slow")]
public sealed class TransformerProgramTests
{
    /// <summary>The same on every machine. A change of bits is to be found out, not recorded.</summary>
    private const string Digest = "73c5de873cfd7c92bb11dead9c9c09c2872d9079a9c505c22803f03ff2ef4e27";

    private static readonly string[] s_small = ["--steps", "12", "--batch", "16", "--width", "16", "--heads", "2"];

    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [TestCase("1")]
    [TestCase("3")]
    public void AShortTrainingHasTheRecordedBits(string threads)
    {
        SampleProcess.Outcome outcome = Run([.. s_small, "--threads", threads]);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(outcome.Output, Does.Contain("step 12 of 12").And.Contain("% right").And.Contain("tokens per second").And.Contain(Digest));
        Assert.That(Results().GetProperty("weightsSha256").GetString(), Is.EqualTo(Digest));
    }

#if !DEBUG
    /// <summary>Not where nothing is optimized, which takes minutes; the short trainings compare the bits there.</summary>
    [Test]
    public void ItLearnsToAdd()
    {
        SampleProcess.Outcome outcome = SampleProcess.RunFast("Transformer", _folder.Folder, "--output", _folder.Folder);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(Results().GetProperty("score").GetDouble(), Is.GreaterThanOrEqualTo(0.99));
        ReportPage page = ReportPage.Read(_folder.Folder);
        Assert.That(page.Pictures, Is.EqualTo(new[] { "How the training loss falls", "How the share of correct sums rises", "Attention" }));
        Assert.That(page.Text, Does.Contain("dotnet run -c Release --project samples/Transformer").And.Contain("890 + 671 = 1561"));
    }
#endif

    [Test]
    public void AResumedTrainingIsTheUninterruptedOne()
    {
        string file = _folder.PathOf("sums.safetensors");
        Assert.That(Run([.. s_small, "--checkpoint", file]).ExitCode, Is.Zero);
        Assert.That(Results().GetProperty("weightsSha256").GetString(), Is.EqualTo(Digest));
        SampleProcess.Outcome resumed = Run([.. s_small, "--checkpoint", file, "--resume"]);
        Assert.That(resumed.ExitCode, Is.Zero, resumed.Error);
        Assert.That(Results().GetProperty("weightsSha256").GetString(), Is.EqualTo(Digest));
        Fails("seed 2", [.. s_small, "--checkpoint", file, "--resume", "--seed", "2"]);
        Fails("--resume requires --checkpoint", [.. s_small, "--resume"]);
    }

    [Test]
    public void ATextIsLearnedCharacterByCharacter()
    {
        string text = _folder.PathOf("text.txt");
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("Round and round the ragged rocks the ragged rascal ran.\n", 40)));
        string[] arguments = ["--text", text, "--context", "16", "--steps", "40", "--width", "16", "--rate", "0.01"];
        SampleProcess.Outcome outcome = Run(arguments);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(outcome.Output, Does.Contain("held-out loss"));
        Assert.That(Results().GetProperty("score").GetDouble(), Is.LessThan(2.5));
        Assert.That(ReportPage.Read(_folder.Folder).Pictures, Has.Some.EqualTo("Attention"));
        File.WriteAllText(text, "short");
        Fails("5 characters", arguments);
        Fails("cannot be read", ["--text", _folder.PathOf("missing.txt")]);
    }

    [TestCase("--steps", "0")]
    [TestCase("--width", "30")]
    [TestCase("--rate", "fast")]
    [TestCase("--threads", "0")]
    [TestCase("--unknown", "1")]
    public void ABadOptionIsOneLineAndExitCode2(string option, string value) => Fails(value, [option, value]);

    private void Fails(string expected, string[] arguments)
    {
        SampleProcess.Outcome outcome = Run(arguments);
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error.Trim().Split('\n'), Has.Length.EqualTo(1), outcome.Error);
        Assert.That(outcome.Error, Does.Contain(expected).Or.Contain(arguments[0]));
    }

    private SampleProcess.Outcome Run(string[] arguments) => SampleProcess.Run("Transformer", null, [.. arguments, "--output", _folder.Folder]);

    private JsonElement Results()
    {
        using JsonDocument results = JsonDocument.Parse(File.ReadAllText(_folder.PathOf("results.json")));
        return results.RootElement.Clone();
    }
}
