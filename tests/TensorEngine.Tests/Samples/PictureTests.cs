using System.Runtime.CompilerServices;
using NUnit.Framework;

namespace TensorEngine.Tests.Samples;

/// <summary>The pictures in samples/README.md are those that the samples draw.</summary>
[Category("Slow")]
public class PictureTests
{
    private string _folder = "";

    [OneTimeSetUp]
    public void RunTheSamples()
    {
        _folder = Directory.CreateTempSubdirectory("pictures").FullName;
        foreach ((string sample, string[] arguments) in new (string Sample, string[] Arguments)[]
        {
            ("OptimizerPaths", []),
            ("ActivationHistograms", []),
            ("Digits", []),
            ("Digits", ["--optimizer", "sgd", "--initializer", "std0.01,xavier,he", "--hidden", "100,100,100,100", "--output", "out/initial-weights"]),
        })
        {
            SampleProcess.Outcome outcome = SampleProcess.RunFast(sample, _folder, arguments);
            Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        }
    }

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("bowl.svg", "paths/bowl.svg")]
    [TestCase("rosenbrock.svg", "paths/rosenbrock.svg")]
    [TestCase("tanh.svg", "histograms/tanh.svg")]
    [TestCase("relu.svg", "histograms/relu.svg")]
    [TestCase("digits-loss.svg", "digits/loss.svg")]
    [TestCase("initial-weights-loss.svg", "initial-weights/loss.svg")]
    public void The_committed_picture_is_what_the_sample_draws(string committed, string drawn) => Assert.That(
        File.ReadAllText(Path.Combine(_folder, "out", drawn)),
        Is.EqualTo(File.ReadAllText(Path.Combine(Folder(), "..", "..", "..", "samples", "Pictures", committed))));

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
