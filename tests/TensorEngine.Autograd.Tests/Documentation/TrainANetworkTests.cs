using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using NUnit.Framework;
using YourProject;

namespace TensorEngine.Autograd.Tests.Documentation;

/// <summary>The code of the page "Train a network" is compiled without access to internals, and prints what the page says.</summary>
public sealed class TrainANetworkTests
{
    private static readonly string s_page = Read("src/TensorEngine.Autograd/Documentation/TrainANetwork.md");
    private static readonly string s_transformer = Read("src/TensorEngine.Autograd/Documentation/TrainATransformer.md");
    private static readonly string s_readme = Read("src/TensorEngine.Autograd/README.md");

    [Test]
    public void EveryBlockIsCompiled()
    {
        string[] usings = [.. Matches(s_page, @"^(?<text>using TensorEngine[\w.]*;)$")];
        string[] blocks = [.. Matches(s_page, "```csharp\n(?<text>.*?)\n```").Select(WithoutUsings)];
        string code = Read("tests/TensorEngine.UserCode/TrainANetwork.cs"), operation = Read("tests/TensorEngine.UserCode/SquaredRelu.cs");
        Assert.That(blocks, Is.EqualTo(new[] { code, operation }.SelectMany(Compiled)));
        Assert.That(usings, Is.Not.Empty);
        Assert.That(usings.Where(line => !code.Contains(line, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void TheExampleOfTheReadmeIsCompiled() => Assert.That(
        Matches(s_readme, "```csharp\n(?<text>.*?)\n```").Select(WithoutUsings),
        Is.EqualTo(Compiled(Read("tests/TensorEngine.UserCode/ExclusiveOr.cs"))));

    [Test]
    public void EveryBlockOfTheTransformersPageIsCompiled()
    {
        string code = Read("tests/TensorEngine.UserCode/TrainATransformer.cs");
        Assert.That(Matches(s_transformer, "```csharp\n(?<text>.*?)\n```").Select(WithoutUsings), Is.EqualTo(Compiled(code)));
        string[] usings = [.. Matches(s_transformer, @"^(?<text>using TensorEngine[\w.]*;)$")];
        Assert.That(usings.Where(line => !code.Contains(line, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void TheTransformerPrintsWhatThePageSays() => Compare(TrainATransformer.Run, s_transformer);

    [Test]
    public void TheNetworkPrintsWhatThePageSays() => Compare(TrainANetwork.Run, s_page);

    [Test]
    public void TheExamplePrintsWhatTheReadmeSays() => Compare(ExclusiveOr.Run, s_readme);

    [Test]
    public void TheOperationsGradientIsRight() => Assert.That(SquaredReluCheck.Check().Passed);

    private static void Compare(Action run, string page)
    {
        TextWriter console = Console.Out;
        using var printed = new StringWriter();
        try
        {
            Console.SetOut(printed);
            run();
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.That(printed.ToString().ReplaceLineEndings("\n").TrimEnd(), Is.EqualTo(Matches(page, "prints\n\n```text\n(?<text>.*?)\n```").Single()));
    }

    private static IEnumerable<string> Compiled(string file) =>
        Matches(file, @"// PAGE \w+\n(?<text>.*?)\n *// END").Select(WithoutIndentation);

    private static string WithoutUsings(string block) => Regex.Replace(
        block, @"^(using [\w.]+;\n)+\n", "", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));

    private static IEnumerable<string> Matches(string text, string pattern) => Regex
        .Matches(text, pattern, RegexOptions.Singleline | RegexOptions.Multiline, TimeSpan.FromSeconds(5))
        .Select(match => match.Groups["text"].Value);

    private static string WithoutIndentation(string code)
    {
        string[] lines = code.Split('\n');
        int indentation = lines[0].Length - lines[0].TrimStart().Length;
        return string.Join('\n', lines.Select(line => line.Length >= indentation ? line[indentation..] : line));
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Folder(), "..", "..", "..", path)).ReplaceLineEndings("\n");

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
