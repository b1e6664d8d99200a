using NUnit.Framework;

namespace TensorEngine.Tests.House;

/// <summary>What fits into a window: lines and files.</summary>
public sealed class LineTests
{
    private const int LongestLine = 140;
    private const int LongestFile = 300;

    [Test]
    public void NoLineIsLonger([Values("src", "samples")] string folder)
    {
        string[] longer =
        [
            .. from file in Sources.Files(folder)
               from line in File.ReadLines(file).Select((text, index) => (Text: text, Number: index + 1))
               where line.Text.Length > LongestLine
               select $"{Path.GetFileName(file)}({line.Number}): {line.Text.Length}",
        ];
        Assert.That(longer, Is.Empty, $"at most {LongestLine} characters");
    }

    [Test]
    public void NoFileIsLonger([Values("src", "samples", "tests", "bench")] string folder)
    {
        string[] longer = [.. Sources.Files(folder).Select(file => (File: file, Lines: File.ReadLines(file).Count()))
            .Where(one => one.Lines > LongestFile).Select(one => $"{Path.GetFileName(one.File)}: {one.Lines}")];
        Assert.That(longer, Is.Empty, $"What is over {LongestFile} lines is two concepts.");
    }
}
