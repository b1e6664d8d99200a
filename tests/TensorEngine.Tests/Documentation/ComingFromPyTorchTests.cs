using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using NUnit.Framework;
using TensorEngine.Tests.House;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Documentation;

/// <summary>
/// The tables "Coming from PyTorch" tell the truth: their statements are compiled and run, and give what PyTorch was recorded to give by
/// the statements to their left.
/// </summary>
public sealed class ComingFromPyTorchTests
{
    private static readonly JsonElement s_recorded = JsonDocument.Parse(File.ReadAllText(
        Path.Combine(AppContext.BaseDirectory, "Goldens", "coming_from_pytorch.json"))).RootElement.GetProperty("rows");

    public static IEnumerable<string> Recorded => s_recorded.EnumerateObject().Select(row => row.Name);

    [Test]
    public void EveryStatementIsInTheCompiledExample(
        [Values("README.md", "src/TensorEngine/Documentation/ComingFromPyTorch.md")] string page)
    {
        string table = File.ReadAllText(Sources.PathOf(page));
        table = table[table.IndexOf("| PyTorch | here |", StringComparison.Ordinal)..];
        table = table[..table.IndexOf("\n\n", StringComparison.Ordinal)];
        string source = File.ReadAllText(Path.Combine(Folder(), "ComingFromPyTorch.cs"));
        string[] statements = [.. Regex.Matches(table, "`(?<code>[^`]*;)`", RegexOptions.None, TimeSpan.FromSeconds(5)).Select(match => match.Groups["code"].Value)];

        Assert.That(statements, Has.Length.AtLeast(5));
        foreach (string statement in statements)
            Assert.That(source, Does.Contain(statement));
    }

    [TestCaseSource(nameof(Recorded))]
    public void TheValuesAreThoseThatPyTorchGets(string row)
    {
        Assert.That(ComingFromPyTorch.Rows, Does.ContainKey(row));
        var model = new ComingFromPyTorch.Model();
        ComingFromPyTorch.Rows[row](model);
        foreach (Parameter parameter in model.Store)
        {
            float[] expected = [.. s_recorded.GetProperty(row).GetProperty(parameter.Name).EnumerateArray().Select(FloatOf)];
            Assert.That(expected, Has.Length.EqualTo(parameter.Length));
            for (int i = 0; i < expected.Length; i++)
                Assert.That(parameter.Values[i], Is.EqualTo(expected[i]).Within(5e-7f), $"{parameter.Name}[{i}]");
        }
    }

    [Test]
    public void EveryRowIsRecorded() => Assert.That(ComingFromPyTorch.Rows.Keys, Is.EquivalentTo(Recorded));

    [Test]
    public void TheLinesAboutFilesRun()
    {
        using var folder = new TemporaryFolder();
        ComingFromPyTorch.RunFiles(folder.PathOf("example.safetensors"));
    }

    private static float FloatOf(JsonElement number) => (float)number.GetDouble();

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
