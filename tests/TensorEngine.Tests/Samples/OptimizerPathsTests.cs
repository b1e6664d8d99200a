using System.Globalization;
using System.Xml.Linq;
using NUnit.Framework;
using OptimizerPaths;
using Samples.Shared.Charts;
using Samples.Shared.Choices;

namespace TensorEngine.Tests.Samples;

/// <summary>The sample that draws paths: the book's figures, its pictures, and its reproducibility.</summary>
[Category("Slow")]
public class OptimizerPathsTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("paths").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_points_are_those_of_the_book_in_double_precision()
    {
        Run("--surface", "bowl");
        Dictionary<string, List<(double X, double Y)>> paths = ReadPaths();
        Assert.That(string.Join(' ', paths.Keys), Is.EqualTo("bowl/sgd bowl/momentum bowl/adagrad bowl/adam"));
        foreach ((string name, List<(double X, double Y)> points) in paths)
        {
            (double X, double Y)[] expected = [.. BookPath(name["bowl/".Length..])];
            Assert.That(points, Has.Count.EqualTo(31));
            for (int step = 0; step < points.Count; step++)
            {
                // Values up to 7, 30 roundings of half a unit (2.4e-7) each, and what the steps make of them.
                Assert.That(points[step].X, Is.EqualTo(expected[step].X).Within(4e-6), $"{name}, x after update {step}");
                Assert.That(points[step].Y, Is.EqualTo(expected[step].Y).Within(4e-6), $"{name}, y after update {step}");
            }
        }
    }

    [Test]
    public void Every_path_of_the_catalogue_goes_down_and_stays_in_the_picture()
    {
        Run("--optimizer", string.Join(',', PathOptimizer.All.Select(optimizer => optimizer.Name)));
        foreach ((string name, List<(double X, double Y)> points) in ReadPaths())
        {
            Surface surface = Surface.Parse(name.Split('/')[0]);
            Assert.That(surface.Value(points[^1].X, points[^1].Y), Is.LessThan(0.4 * surface.Value(points[0].X, points[0].Y)).Or.LessThan(4.25), name);
            Assert.That(points.Select(point => point.X), Is.All.InRange(surface.Low.X, surface.High.X), name);
            Assert.That(points.Select(point => point.Y), Is.All.InRange(surface.Low.Y, surface.High.Y), name);
        }
    }

    [Test]
    public void The_pictures_have_axes_contours_start_and_minimum()
    {
        Run();
        foreach (Surface surface in Surface.All)
        {
            XElement picture = XDocument.Load(Path.Combine(_folder, "out", "paths", $"{surface.Name}.svg")).Root!;
            string[] texts = [.. picture.Descendants(picture.Name.Namespace + "text").Select(text => text.Value)];
            Assert.That(texts, Has.Exactly(1).EqualTo("start").And.Exactly(1).EqualTo("minimum").And.Exactly(4).EqualTo("x").And.Exactly(4).EqualTo("y"));
            foreach (string title in new[] { "SGD", "Momentum", "AdaGrad", "Adam" })
                Assert.That(texts, Has.Exactly(1).StartsWith($"{title}, learning rate"));
            XElement contours = picture.Descendants().Single(element => string.Equals(element.Attribute("id")?.Value, $"contours-{surface.Name}", StringComparison.Ordinal));
            Assert.That(contours.Elements().Count(), Is.GreaterThan(6));
            Assert.That(picture.Descendants(picture.Name.Namespace + "use").Count(), Is.EqualTo(4));
        }

        ReportPage page = ReportPage.Read(Path.Combine(_folder, "out", "paths"));
        Assert.That(page.Pictures, Is.EqualTo(Surface.All.Select(surface => $"Paths down {surface.Formula}")));
        Assert.That(page.Text, Does.Contain("dotnet run -c Release --project samples/OptimizerPaths").And.Contain("-0.3504"));
    }

    [Test]
    public void Contour_lines_lie_at_their_height_and_close()
    {
        Surface bowl = Surface.Parse("bowl");
        IReadOnlyList<ChartPoint> line = Contours.Find(bowl, 0.5).Single();
        Assert.That(line[0], Is.EqualTo(line[^1]));
        Assert.That(line.Select(point => bowl.Value(point.X, point.Y)), Is.All.EqualTo(0.5).Within(0.002));
        Assert.That(line.Max(point => point.X), Is.EqualTo(Math.Sqrt(10)).Within(0.05));
    }

    [Test]
    public void Gradients_are_the_slopes_of_the_surfaces()
    {
        const double Distance = 1e-5;
        foreach (Surface surface in Surface.All)
        {
            (double x, double y) = (surface.Start.X + 0.3, surface.Start.Y - 0.4);
            (double byX, double byY) = surface.Gradient(x, y);
            Assert.That(byX, Is.EqualTo((surface.Value(x + Distance, y) - surface.Value(x - Distance, y)) / (2 * Distance)).Within(1e-5));
            Assert.That(byY, Is.EqualTo((surface.Value(x, y + Distance) - surface.Value(x, y - Distance)) / (2 * Distance)).Within(1e-5));
            Assert.That(surface.Value(surface.Minimum.X, surface.Minimum.Y), Is.Zero.Within(1e-12));
        }
    }

    [Test]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_other_noise()
    {
        string[] arguments = ["--noise", "0.5", "--steps", "40", "--optimizer", "sgd,lbfgs"];
        Dictionary<string, byte[]> first = Files("first", [.. arguments, "--seed", "3"]);
        Assert.That(first.Keys, Is.EquivalentTo(new[] { "bowl.svg", "rosenbrock.svg", "beale.svg", "paths.csv", "report.html" }));
        Assert.That(Files("again", [.. arguments, "--seed", "3"]), Is.EqualTo(first));
        Assert.That(Files("other", [.. arguments, "--seed", "4"])["paths.csv"], Is.Not.EqualTo(first["paths.csv"]));
    }

    [Test]
    public void Every_optimizer_has_a_name()
    {
        Assert.That(PathOptimizer.All.Select(optimizer => optimizer.Name), Is.SupersetOf(OptimizerChoice.All.Select(choice => choice.Name)).And.Contains("lbfgs"));
    }

    [TestCase("--steps", "0")]
    [TestCase("--optimizer", "newton")]
    [TestCase("--surface", "plain")]
    [TestCase("--noise", "-1")]
    [TestCase("--rate", "nan")]
    [TestCase("--seed", "x")]
    public void A_bad_option_is_one_clear_line_and_exit_code_2(string option, string value)
    {
        SampleProcess.Outcome outcome = SampleProcess.Run("OptimizerPaths", _folder, option, value);
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error.Trim().Split('\n'), Has.Length.EqualTo(1).And.All.Contains(value), outcome.Error);
        Assert.That(Directory.EnumerateFileSystemEntries(_folder), Is.Empty);
    }

    /// <summary>The book's classes in double precision, written out for one parameter at a time.</summary>
    private static IEnumerable<(double X, double Y)> BookPath(string optimizer)
    {
        double[] point = [-7, 2], v = [0, 0], m = [0, 0];
        yield return (point[0], point[1]);
        for (int t = 1; t <= 30; t++)
        {
            double[] gradient = [point[0] / 10, 2 * point[1]];
            for (int i = 0; i < 2; i++)
            {
                double g = gradient[i];
                switch (optimizer)
                {
                    case "sgd":
                        point[i] -= 0.95 * g;
                        break;
                    case "momentum":
                        v[i] = 0.9 * v[i] - 0.1 * g;
                        point[i] += v[i];
                        break;
                    case "adagrad":
                        v[i] += g * g;
                        point[i] -= 1.5 * g / (Math.Sqrt(v[i]) + 1e-7);
                        break;
                    default:
                        m[i] += (1 - 0.9) * (g - m[i]);
                        v[i] += (1 - 0.999) * (g * g - v[i]);
                        point[i] -= 0.3 * Math.Sqrt(1 - Math.Pow(0.999, t)) / (1 - Math.Pow(0.9, t)) * m[i] / (Math.Sqrt(v[i]) + 1e-7);
                        break;
                }
            }

            yield return (point[0], point[1]);
        }
    }

    private void Run(params string[] arguments)
    {
        SampleProcess.Outcome outcome = SampleProcess.Run("OptimizerPaths", _folder, arguments);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(outcome.Output, Does.Contain("f at the end").And.Not.Contain("\u001b"));
    }

    private Dictionary<string, byte[]> Files(string name, string[] arguments)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        Assert.That(SampleProcess.Run("OptimizerPaths", folder, arguments).ExitCode, Is.Zero);
        return Directory.EnumerateFiles(Path.Combine(folder, "out", "paths")).ToDictionary(path => Path.GetFileName(path)!, File.ReadAllBytes, StringComparer.Ordinal);
    }

    private Dictionary<string, List<(double X, double Y)>> ReadPaths()
    {
        var paths = new Dictionary<string, List<(double X, double Y)>>(StringComparer.Ordinal);
        string[] lines = File.ReadAllLines(Path.Combine(_folder, "out", "paths", "paths.csv"));
        Assert.That(lines[0], Is.EqualTo("surface,optimizer,step,x,y,value"));
        foreach (string[] cells in lines.Skip(1).Select(line => line.Split(',')))
        {
            string name = $"{cells[0]}/{cells[1]}";
            if (!paths.TryGetValue(name, out List<(double X, double Y)>? points))
                paths[name] = points = [];
            Assert.That(int.Parse(cells[2], CultureInfo.InvariantCulture), Is.EqualTo(points.Count));
            points.Add((double.Parse(cells[3], CultureInfo.InvariantCulture), double.Parse(cells[4], CultureInfo.InvariantCulture)));
        }

        return paths;
    }
}
