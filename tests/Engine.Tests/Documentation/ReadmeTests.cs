using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Engine.Tests.Documentation;

public class ReadmeTests
{
    [Test]
    public void The_example_is_the_compiled_one()
    {
        string source = File.ReadAllText(Path.Combine(Folder(), "ReadmeExample.cs"));
        string body = Regex.Match(source, @"// README\n(?<body>.*?)\n\s*// END", RegexOptions.Singleline, TimeSpan.FromSeconds(5)).Groups["body"].Value;
        string expected = string.Join('\n', body.Split('\n').Select(line => line.Length >= 8 ? line[8..] : line));
        Assert.That(Block("csharp"), Does.EndWith(expected));
    }

    [Test]
    public void The_example_prints_what_the_README_says()
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

        Assert.That(printed.ToString().ReplaceLineEndings("\n").TrimEnd(), Is.EqualTo(Block("text")));
    }

    [Test]
    public void The_README_stays_readable() => Assert.That(Readme().Split('\n'), Has.Length.LessThan(250));

    /// <summary>The first code block of a language.</summary>
    private static string Block(string language) =>
        Regex.Match(Readme(), $"```{language}\n(?<block>.*?)\n```", RegexOptions.Singleline, TimeSpan.FromSeconds(5)).Groups["block"].Value;

    private static string Readme() => File.ReadAllText(Path.Combine(Folder(), "..", "..", "..", "README.md")).ReplaceLineEndings("\n");

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
