using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using NUnit.Framework;
using YourProject;

namespace TensorEngine.Tests.Documentation;

/// <summary>The package README's section "Minimizing functions": its code is compiled, and prints what it says.</summary>
public sealed class ReadmeMinimizationTests
{
    private static readonly string s_section = Read("src/TensorEngine/README.md").Split("## Minimizing functions")[1].Split("\n## ")[0];

    [Test]
    public void TheExampleIsTheCompiledOne()
    {
        string body = Match(Read("tests/TensorEngine.UserCode/MinimizeFunctions.cs"), @"// README\n(?<text>.*?)\n *// END");
        string expected = string.Join('\n', body.Split('\n').Select(line => line.Length >= 8 ? line[8..] : line));
        Assert.That(Match(s_section, "```csharp\n(?<text>.*?)\n```"), Is.EqualTo($"using TensorEngine.Minimization;\n\n{expected}"));
    }

    [Test]
    public void TheExamplePrintsWhatTheReadmeSays()
    {
        TextWriter console = Console.Out;
        using var printed = new StringWriter();
        try
        {
            Console.SetOut(printed);
            MinimizeFunctions.Run();
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.That(printed.ToString().ReplaceLineEndings("\n").TrimEnd(), Is.EqualTo(Match(s_section, "```text\n(?<text>.*?)\n```")));
    }

    private static string Match(string text, string pattern) =>
        Regex.Match(text, pattern, RegexOptions.Singleline, TimeSpan.FromSeconds(5)).Groups["text"].Value;

    private static string Read(string path) => File.ReadAllText(Path.Combine(Folder(), "..", "..", "..", path)).ReplaceLineEndings("\n");

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
