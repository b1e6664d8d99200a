using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using NUnit.Framework;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Documentation;

/// <summary>The statements on the page "Coming from PyTorch" are compiled and run.</summary>
public sealed class ComingFromPyTorchTests
{
    [Test]
    public void EveryStatementIsInTheCompiledExample()
    {
        string folder = Folder();
        string page = File.ReadAllText(Path.Combine(folder, "..", "..", "..", "src", "TensorEngine", "Documentation", "ComingFromPyTorch.md"));
        string source = File.ReadAllText(Path.Combine(folder, "ComingFromPyTorch.cs"));
        string[] statements = [.. Regex.Matches(page, "`(?<code>[^`]*;)`", RegexOptions.None, TimeSpan.FromSeconds(5)).Select(match => match.Groups["code"].Value)];

        Assert.That(statements, Has.Length.AtLeast(15));
        foreach (string statement in statements)
            Assert.That(source, Does.Contain(statement));
    }

    [Test]
    public void TheExampleRuns()
    {
        using var folder = new TemporaryFolder();
        ComingFromPyTorch.Run(folder.PathOf("example.safetensors"));
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
