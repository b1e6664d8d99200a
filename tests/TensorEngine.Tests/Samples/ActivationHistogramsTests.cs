using System.Globalization;
using System.Xml.Linq;
using ActivationHistograms;
using NUnit.Framework;
using Samples.Shared.Choices;
using TensorEngine.Generators;
using TensorEngine.Initializers;

namespace TensorEngine.Tests.Samples;

/// <summary>The sample that shows activations: its counts, its pictures, and its reproducibility.</summary>
[Category("Slow")]
public class ActivationHistogramsTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("histograms").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_counts_are_those_of_double_precision()
    {
        Files("book");
        string[] lines = File.ReadAllLines(Path.Combine(_folder, "book", "out", "histograms", "histograms.csv"));
        Assert.That(lines[0], Is.EqualTo("activation,initializer,layer,from,to,count"));
        var counts = lines.Skip(1).Select(line => line.Split(','))
            .GroupBy(cells => $"{cells[0]} {cells[1]} {cells[2]}", cells => int.Parse(cells[5], CultureInfo.InvariantCulture), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        Assert.That(counts, Has.Count.EqualTo(3 * 4 * 5));
        foreach (string activation in new[] { "sigmoid", "tanh", "relu" })
        {
            foreach (string initializer in new[] { "std1", "std0.01", "xavier", "he" })
            {
                foreach ((int layer, int[] expected) in Expected(activation, initializer).Index())
                {
                    int[] actual = counts[$"{activation} {initializer} {layer + 1}"];
                    Assert.That(actual, Has.Length.EqualTo(30));

                    // A float may be on the other side of a border; half of what is exactly 0 and small is on the border of tanh.
                    int moved = actual.Zip(expected, (a, b) => Math.Abs(a - b)).Sum();
                    Assert.That(moved, Is.LessThanOrEqualTo(40), $"{activation}, {initializer}, layer {layer + 1}");
                }
            }
        }
    }

    [Test]
    public void The_pictures_and_the_page_say_what_is_to_be_seen()
    {
        Dictionary<string, byte[]> files = Files("book");
        Assert.That(files.Keys, Is.EquivalentTo(new[] { "sigmoid.svg", "tanh.svg", "relu.svg", "histograms.csv", "report.html" }));
        foreach (string name in new[] { "sigmoid", "tanh", "relu" })
        {
            XElement picture = XElement.Load(new MemoryStream(files[$"{name}.svg"]));
            string[] texts = [.. picture.Descendants(picture.Name.Namespace + "text").Select(text => text.Value)];
            foreach (string initializer in new[] { "std 1", "std 0.01", "Xavier", "He" })
            {
                for (int layer = 1; layer <= 5; layer++)
                    Assert.That(texts, Has.Exactly(1).EqualTo($"{initializer}, layer {layer}"));
            }
        }

        ReportPage page = ReportPage.Read(Path.Combine(_folder, "book", "out", "histograms"));
        Assert.That(page.Pictures, Has.Count.EqualTo(3));
        Assert.That(page.Text, Does.Contain("Tanhstd 1saturated (stuck for at least half of the inputs)100%100%100%100%100%")
            .And.Contain("ReLUHedead (0 for every input)0%").And.Contain("--project samples/ActivationHistograms"));
    }

    [Test]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        string[] arguments = ["--layers", "2", "--units", "20", "--samples", "50", "--activation", "tanh", "--initializer", "std0.3,he"];
        Dictionary<string, byte[]> first = Files("first", [.. arguments, "--seed", "3"]);
        Assert.That(Files("again", [.. arguments, "--seed", "3"]), Is.EqualTo(first));
        Assert.That(Files("other", [.. arguments, "--seed", "4"])["histograms.csv"], Is.Not.EqualTo(first["histograms.csv"]));
    }

    [Test]
    public void Units_are_dead_or_saturated_as_the_page_defines_it()
    {
        var options = new HistogramsOptions([], [], Layers: 1, Units: 40, Samples: 200, Seed: 1, OutputFolder: "", Command: "");
        var falling = new InitializerChoice("falling", "falling", (weights, _) => Initialize.Constant(weights, -1));
        var blank = new InitializerChoice("blank", "blank", (weights, _) => Initialize.Zeros(weights));
        Assert.That(Layer.Run(ActivationChoice.Parse("relu"), blank, options)[0].Idle, Is.EqualTo(1));
        Assert.That(Layer.Run(ActivationChoice.Parse("relu"), falling, options)[0].Idle, Is.Zero);
        Assert.That(Layer.Run(ActivationChoice.Parse("tanh"), falling, options)[0].Idle, Is.EqualTo(1));
        Assert.That(Layer.Run(ActivationChoice.Parse("sigmoid"), blank, options)[0].Idle, Is.Zero);
    }

    [TestCase("--layers", "0")]
    [TestCase("--activation", "step")]
    [TestCase("--initializer", "std0")]
    public void A_bad_option_is_one_clear_line_and_exit_code_2(string option, string value)
    {
        SampleProcess.Outcome outcome = SampleProcess.Run("ActivationHistograms", _folder, option, value);
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error.Trim().Split('\n'), Has.Length.EqualTo(1).And.All.Contains(value), outcome.Error);
    }

    /// <summary>The histograms of the layers, from the same random numbers, in double precision.</summary>
    private static IEnumerable<int[]> Expected(string activation, string initializer)
    {
        const int Samples = 1000, Units = 100;
        float[] inputs = new float[Samples * Units];
        new Philox(1, stream: 0).Normal(inputs);
        double[] values = [.. inputs.Select(value => (double)value)];
        var source = new Philox(1, stream: 1);
        for (int layer = 0; layer < 5; layer++)
        {
            Parameter weights = new ParameterStore().Add("weights", [Units, Units]);
            InitializerChoice.Parse(initializer).Fill(weights, source);
            double[] sums = new double[values.Length];
            for (int row = 0; row < Samples; row++)
            {
                for (int k = 0; k < Units; k++)
                {
                    for (int column = 0; column < Units; column++)
                        sums[row * Units + column] += values[row * Units + k] * weights.Values[k * Units + column];
                }
            }

            values = [.. sums.Select(sum => activation switch { "sigmoid" => 1 / (1 + Math.Exp(-sum)), "tanh" => Math.Tanh(sum), _ => Math.Max(0, sum) })];
            int[] counts = new int[30];
            double end = activation is "relu" ? EndOfRectified(values) : 1;
            foreach (double value in values)
            {
                double place = activation is "tanh" ? (value + 1) / 2 * 30 : value / end * 30;
                if (place <= 30)
                    counts[Math.Min((int)place, 29)]++;
            }

            yield return counts;
        }
    }

    /// <summary>1, or a round number above all activations if most that are not 0 are above 1.</summary>
    private static double EndOfRectified(double[] values) => values.Count(value => value > 1) > 0.75 * values.Count(value => value > 0)
        ? ((double[])[2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6]).First(end => end >= values.Max())
        : 1;

    private Dictionary<string, byte[]> Files(string name, params string[] arguments)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        SampleProcess.Outcome outcome = SampleProcess.RunFast("ActivationHistograms", folder, arguments);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        return Directory.EnumerateFiles(Path.Combine(folder, "out", "histograms")).ToDictionary(path => Path.GetFileName(path)!, File.ReadAllBytes, StringComparer.Ordinal);
    }
}
