using System.Globalization;
using System.Xml.Linq;
using Samples.Shared.Charts;
using Transformer.Tasks;

namespace Transformer.Reports;

/// <summary>Draws attention.svg: how much each token of an example attends to the earlier ones, a panel for each head.</summary>
public static class AttentionChart
{
    private const double Cell = 17;
    private const double Left = 26;
    private const double Top = 46;
    private const int Strengths = 8;

    /// <summary>The panels of all heads.</summary>
    /// <param name="task">The task with the example.</param>
    /// <param name="heads">The heads of a block.</param>
    /// <param name="attention">[heads, time, time] of every block.</param>
    public static XElement Draw(LearningTask task, int heads, IReadOnlyList<float[]> attention)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(attention);
        IReadOnlyList<string> tokens = task.Example;
        double side = tokens.Count * Cell;
        return new PanelGrid
        {
            Title = "Attention",
            Subtitle = "A row for each token, a column for each token that it attends to; stronger means more.",
            Columns = heads,
            PanelWidth = Left + side + 20,
            PanelHeight = Top + side + 20,
            Panels =
            [
                .. from block in Enumerable.Range(0, attention.Count)
                   from head in Enumerable.Range(0, heads)
                   select Panel(
                       string.Create(CultureInfo.InvariantCulture, $"block {block + 1}, head {head + 1}"),
                       tokens,
                       attention[block].AsSpan(head * tokens.Count * tokens.Count, tokens.Count * tokens.Count).ToArray()),
            ],
        }.ToPicture();
    }

    private static IEnumerable<XElement> Panel(string name, IReadOnlyList<string> tokens, float[] weights)
    {
        int time = tokens.Count;
        yield return Svg.Text(Left, 16, name, size: 15, bold: true);
        for (int i = 0; i < time; i++)
        {
            yield return Svg.Text(Left + (i + 0.5) * Cell, Top - 8, tokens[i], "middle");
            yield return Svg.Text(Left - 10, Top + (i + 0.8) * Cell, tokens[i], "middle");
        }

        IEnumerable<IGrouping<int, int>> inks = Enumerable.Range(0, weights.Length)
            .GroupBy(i => (int)Math.Round(weights[i] * Strengths)).Where(ink => ink.Key > 0).OrderBy(ink => ink.Key);
        foreach (IGrouping<int, int> ink in inks)
        {
            yield return Svg.Rectangles(
                ink.Select(i => (Left + i % time * Cell, Top + i / time * Cell, Cell, Cell)), Palette.Right, (double)ink.Key / Strengths);
        }

        yield return Svg.Frame(Left, Top, time * Cell, time * Cell);
    }
}
