using NUnit.Framework;

namespace TensorEngine.Tests.House;

/// <summary>No two places in src say the same in ten or more lines: what is the same is said once.</summary>
public sealed class RepeatedLineTests
{
    private const int Most = 9;

    [Test]
    public void NoTwoPlacesRepeatTenLines()
    {
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        var repeated = new List<string>();
        foreach (string file in Sources.Files("src"))
        {
            (string Text, int Number)[] lines =
            [
                .. File.ReadLines(file).Select((text, index) => (Text: text.Trim(), Number: index + 1)).Where(line => line.Text.Length > 0),
            ];
            for (int i = 0; i + Most < lines.Length; i++)
            {
                string run = string.Join('\n', lines[i..(i + Most + 1)].Select(line => line.Text));
                string place = $"{Path.GetFileName(file)}({lines[i].Number})";
                if (!first.TryAdd(run, place))
                    repeated.Add($"{first[run]} and {place}");
            }
        }

        Assert.That(repeated, Is.Empty);
    }
}
