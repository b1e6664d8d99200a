using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using NUnit.Framework;
using YourProject;

namespace TensorEngine.Distributed.Tests.Documentation;

/// <summary>The example of the README is compiled without access to internals, and prints what the README says.</summary>
public sealed class ReadmeTests
{
    private static readonly string s_readme = Read("src/TensorEngine.Distributed/README.md");

    [Test]
    public void TheExampleIsCompiled()
    {
        string file = Read("tests/TensorEngine.UserCode/FourRanks.cs");
        string[] lines = [.. file.Split("// PAGE four\n")[1].Split("\n        // END")[0].TrimEnd().Split('\n')];
        string usings = string.Join('\n', file.Split('\n').Where(line => line.StartsWith("using ", StringComparison.Ordinal)));
        string code = string.Join('\n', lines.Select(line => line.Length > 8 ? line[8..] : line));
        Assert.That(Block("csharp"), Is.EqualTo($"{usings}\n\n{code}"));
    }

    [Test]
    public void TheExamplePrintsWhatTheReadmeSays()
    {
        TextWriter console = Console.Out;
        using var printed = new StringWriter();
        try
        {
            Console.SetOut(printed);
            FourRanks.Run();
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.That(printed.ToString().ReplaceLineEndings("\n").TrimEnd(), Is.EqualTo(Block("text")));
    }

    private static string Block(string language) => Regex.Match(
        s_readme, $"```{language}\n(?<text>.*?)\n```", RegexOptions.Singleline, TimeSpan.FromSeconds(5)).Groups["text"].Value;

    private static string Read(string path) => File.ReadAllText(Path.Combine(Folder(), "..", "..", "..", path)).ReplaceLineEndings("\n");

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
