using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace TensorEngine.Tests.Documentation;

public class ReadmeTests
{
    /// <summary>The README of the repository, and that of the package.</summary>
    private static readonly string[] s_readmes = ["README.md", "src/TensorEngine/README.md"];

    [TestCaseSource(nameof(s_readmes))]
    public void The_example_is_the_compiled_one(string readme)
    {
        string source = File.ReadAllText(Path.Combine(Folder(), "ReadmeExample.cs"));
        string body = Regex.Match(source, @"// README\n(?<body>.*?)\n\s*// END", RegexOptions.Singleline, TimeSpan.FromSeconds(5)).Groups["body"].Value;
        string expected = string.Join('\n', body.Split('\n').Select(line => line.Length >= 8 ? line[8..] : line));
        Assert.That(Block(readme, "csharp"), Does.EndWith(expected));
    }

    [TestCaseSource(nameof(s_readmes))]
    public void The_example_prints_what_the_README_says(string readme)
    {
        TextWriter console = Console.Out;
        using var printed = new StringWriter();
        try
        {
            Console.SetOut(printed);
            ReadmeExample.Run();
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.That(printed.ToString().ReplaceLineEndings("\n").TrimEnd(), Is.EqualTo(Block(readme, "text")));
    }

    [TestCaseSource(nameof(s_readmes))]
    public void The_README_stays_readable(string readme) => Assert.That(Text(readme).Split('\n'), Has.Length.LessThan(150));

    /// <summary>The first code block of a language.</summary>
    private static string Block(string readme, string language) =>
        Regex.Match(Text(readme), $"```{language}\n(?<block>.*?)\n```", RegexOptions.Singleline, TimeSpan.FromSeconds(5)).Groups["block"].Value;

    private static string Text(string readme) => File.ReadAllText(Path.Combine(Folder(), "..", "..", "..", readme)).ReplaceLineEndings("\n");

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
