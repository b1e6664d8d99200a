using NUnit.Framework;

namespace TensorEngine.Tests.Digests;

/// <summary>
/// Not a bit of any result changes: the SHA-256 of what the library computes is the one in Goldens/digests.txt, on every machine
/// and at every lane width. Where a change of results is meant, a failing test writes the new file, to be reviewed and copied.
/// </summary>
public sealed class DigestTests
{
    private const string FileName = "digests.txt";
    private const string Separator = "  ";

    private static readonly DigestCase[] s_cases =
    [
        .. TrainingDigests.Cases, .. OptimizerDigests.Cases, .. MinimizationDigests.Cases, .. AverageDigests.Cases,
        .. ScheduleDigests.Cases, .. InitializerDigests.Cases, .. GeneratorDigests.Cases, .. NumericsDigests.Cases, .. LayerDigests.Cases,
        .. ProductDigests.Cases, .. ConvolutionDigests.Cases,
    ];

    private static readonly (string Name, string Sha256)[] s_listed = [.. File
        .ReadAllLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "Goldens", FileName))
        .Select(line => line.Split(Separator))
        .Select(parts => (parts[0], parts[1]))];

    /// <summary>Where all digests of this run are written, once; the first failure does it.</summary>
    private static readonly Lazy<string> s_written = new(() =>
    {
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{FileName}.new");
        File.WriteAllText(path, string.Concat(s_cases.Select(one => $"{one.Name}{Separator}{Attempt(one)}\n")));
        return path;
    });

    private static IEnumerable<TestCaseData> Cases => s_cases.Select(one => new TestCaseData(one).SetArgDisplayNames(one.Name));

    [TestCaseSource(nameof(Cases))]
    public void TheBitsAreThoseOf(DigestCase one)
    {
        string actual = one.Compute();
        string? listed = s_listed.FirstOrDefault(line => string.Equals(line.Name, one.Name, StringComparison.Ordinal)).Sha256;
        if (!string.Equals(actual, listed, StringComparison.Ordinal))
            Assert.Fail($"{one.Name} is {actual}, but {listed ?? "missing"} in the file. {Advice}");
    }

    [Test]
    public void TheFileHasALineForEachCaseAndNoOther()
    {
        string[] names = [.. s_cases.Select(one => one.Name)], listed = [.. s_listed.Select(line => line.Name)];
        Assert.That(names, Is.Unique);
        if (!names.SequenceEqual(listed, StringComparer.Ordinal))
        {
            Assert.Fail(
                $"""
                The file's names are not the cases'. {Advice}
                {string.Join('\n', names.Except(listed, StringComparer.Ordinal).Select(name => $"missing:     {name}"))}
                {string.Join('\n', listed.Except(names, StringComparer.Ordinal).Select(name => $"superfluous: {name}"))}
                """);
        }
    }

    private static string Advice =>
        $"If results should change, review {s_written.Value} and copy it over tests/TensorEngine.Tests/Goldens/{FileName}.";

    // What fails has a test that says so; the others' digests are written all the same.
    private static string Attempt(DigestCase one)
    {
        try
        {
            return one.Compute();
        }
        catch (Exception exception)
        {
            return exception.GetType().Name;
        }
    }
}
