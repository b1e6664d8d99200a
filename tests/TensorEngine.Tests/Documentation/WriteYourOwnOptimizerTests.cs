using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using NUnit.Framework;
using YourProject;

namespace TensorEngine.Tests.Documentation;

/// <summary>The code of the page "Write your own optimizer" is compiled without access to internals, and does what the page says.</summary>
public sealed class WriteYourOwnOptimizerTests
{
    private static readonly string s_page = Read("src/TensorEngine/Documentation/WriteYourOwnOptimizer.md");

    [Test]
    public void EveryBlockIsCompiled()
    {
        string[] compiled =
        [
            .. new[] { "Yogi.cs", "WriteYourOwnOptimizer.cs", "UserFunctions.cs" }
                .SelectMany(file => Matches(Read($"tests/TensorEngine.UserCode/{file}"), @"// PAGE \w+\n(?<text>.*?)\n *// END"))
                .Select(WithoutIndentation),
        ];

        Assert.That(Matches(s_page, "```csharp\n(?<text>.*?)\n```"), Is.EquivalentTo(compiled));
    }

    [Test]
    public void TheReportIsTheOneOnThePage() => Assert.That(
        WriteYourOwnOptimizer.Check().ToString(), Is.EqualTo(Matches(s_page, "prints\n\n```text\n(?<text>.*?)\n```").Single()));

    [Test]
    public void TheExamplesRun()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.safetensors");
        try
        {
            Assert.That(() => WriteYourOwnOptimizer.Use(path), Throws.Nothing);
            Assert.That(File.Exists(path));
            Assert.That(WriteYourOwnOptimizer.Spans, Throws.Nothing);
            Assert.That(WriteYourOwnOptimizer.Functions, Throws.Nothing);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static IEnumerable<string> Matches(string text, string pattern) =>
        Regex.Matches(text, pattern, RegexOptions.Singleline, TimeSpan.FromSeconds(5)).Select(match => match.Groups["text"].Value);

    private static string WithoutIndentation(string code)
    {
        string[] lines = code.Split('\n');
        int indentation = lines[0].Length - lines[0].TrimStart().Length;
        return string.Join('\n', lines.Select(line => line.Length >= indentation ? line[indentation..] : line));
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Folder(), "..", "..", "..", path)).ReplaceLineEndings("\n");

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
