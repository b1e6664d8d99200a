using CustomOptimizer;
using NUnit.Framework;
using TensorEngine.Tests.House;

namespace TensorEngine.Tests.Samples;

/// <summary>The sample with an optimizer of its own: the optimizer's arithmetic and size, and what the process prints, writes and returns.</summary>
public class CustomOptimizerTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("custom").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_optimizer_is_a_file_of_less_than_60_lines() =>
        Assert.That(File.ReadAllLines(Sources.PathOf("samples/CustomOptimizer/QHAdam.cs")), Has.Length.LessThan(60));

    [Test]
    public void Steps_are_those_of_the_paper_in_double_precision()
    {
        var options = new QHAdamOptions { LearningRate = 0.1, Nu = 0.8, Beta1 = 0.9, Beta2 = 0.99, Epsilon = 1e-3, WeightDecay = 0.05 };
        float[] values = [1, -2, 0.5f, 3, -0.25f], m = new float[5], v = new float[5];
        double[] p = [.. values.Select(value => (double)value)], mean = new double[5], square = new double[5];
        for (int step = 1; step <= 50; step++)
        {
            float[] gradients = [.. Enumerable.Range(0, values.Length).Select(i => MathF.Sin(step + 2 * i) * (i + 1))];
            QHAdam.Update(options, step, values, gradients, m, v);
            for (int i = 0; i < p.Length; i++)
            {
                double g = gradients[i] + 0.05 * p[i];
                mean[i] = 0.9 * mean[i] + 0.1 * g;
                square[i] = 0.99 * square[i] + 0.01 * g * g;
                double corrected = mean[i] / (1 - Math.Pow(0.9, step));
                double root = Math.Sqrt(square[i] / (1 - Math.Pow(0.99, step)));
                p[i] -= 0.1 * (0.2 * g + 0.8 * corrected) / (root + 1e-3);
            }
        }

        // 50 roundings of values up to 4, half a unit (2.4e-7) each.
        Assert.That(values.Select(value => (double)value), Is.EqualTo(p).Within(1.2e-5));
    }

    [Test]
    [Category("Slow")]
    public void A_short_race_checks_trains_times_and_reports()
    {
        SampleProcess.Outcome outcome = Run("--epochs", "1", "--elements", "1000", "--pairs", "1", "--output", _folder);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(outcome.Output, Does.Contain(" 0 broken, 0 not checked").And.Contain("test accuracy").And.Not.Contain("\u001b"));
        Assert.That(outcome.Output, Does.Match(@"QHAdam +\d+\.\d{3} +loads and stores +\d+\.\d{3}"));
        ReportPage page = ReportPage.Read(_folder);
        Assert.That(page.Pictures, Is.EqualTo(new[] { "How the training loss falls" }));
        Assert.That(page.Text, Does.Contain("dotnet run -c Release --project samples/CustomOptimizer").And.Contain("QHAdam"));
        Assert.That(Directory.EnumerateFiles(_folder).Select(Path.GetFileName), Is.EquivalentTo(new[] { "loss.svg", "report.html" }));
    }

    [TestCase("--epochs", "0")]
    [TestCase("--elements", "999")]
    [TestCase("--pairs", "many")]
    [TestCase("--rate", "-1")]
    [TestCase("--seed", "x")]
    [TestCase("--unknown", "1")]
    [Category("Slow")]
    public void A_bad_option_is_one_clear_line_and_exit_code_2(string option, string value)
    {
        SampleProcess.Outcome outcome = Run(option, value, "--output", _folder);
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error.Trim().Split('\n'), Has.Length.EqualTo(1).And.All.Contains(value).Or.All.Contains(option), outcome.Error);
        Assert.That(Directory.EnumerateFileSystemEntries(_folder), Is.Empty);
    }

    private static SampleProcess.Outcome Run(params string[] arguments) => SampleProcess.Run("CustomOptimizer", folder: null, arguments);
}
