using System.Xml.Linq;

namespace Samples.Shared.Charts;

/// <summary>Curves over two axes with a legend beside them.</summary>
public sealed record LineChart
{
    private const double Top = 68;
    private const double Bottom = 56;
    private const double LegendGap = 20;
    private const double LegendSample = 26;
    private const double LegendRow = 24;
    private const double PlotWidth = 640;
    private const double LetterWidth = 7.5;
    private const double SubtitleLetterWidth = 6.8;

    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>A line below the heading that says how the curves were made.</summary>
    public required string Subtitle { get; init; }

    public required Axis Horizontal { get; init; }

    public required Axis Vertical { get; init; }

    public required IReadOnlyList<ChartSeries> Series { get; init; }

    /// <summary>Room for the title, which reads upward, and the widest label.</summary>
    private double Left => 46 + LetterWidth * Math.Max(4, Vertical.Ticks.Max(tick => tick.Label?.Length ?? 0));

    private double PlotHeight => Math.Max(360, Series.Count * LegendRow);

    /// <summary>The chart as a picture.</summary>
    public XElement ToPicture()
    {
        double longestName = LetterWidth * Series.Select(series => series.Name.Length).DefaultIfEmpty(0).Max();
        double legendWidth = LegendGap + LegendSample + 8 + longestName;
        var area = new PlotArea(Left, Top, PlotWidth, PlotHeight, Horizontal, Vertical);
        return Svg.Picture(
            Left + Math.Max(PlotWidth + legendWidth, SubtitleLetterWidth * Subtitle.Length) + LegendGap,
            Top + PlotHeight + Bottom,
            Title,
            [
                Svg.Text(Left, 30, Title, size: 18, bold: true),
                Svg.Text(Left, 52, Subtitle),
                .. area.Draw(titleDistance: Left - 22),
                .. Series.Select((series, i) => Draw(area, series.Points, Palette.Series(i), Palette.Dash(i))),
                .. Legend(),
            ]);
    }

    private IEnumerable<XElement> Legend()
    {
        double x = Left + PlotWidth + LegendGap;
        for (int i = 0; i < Series.Count; i++)
        {
            double y = Top + LegendRow * (i + 0.5);
            yield return Svg.Line(x, y, x + LegendSample, y, Palette.Series(i), 3, Palette.Dash(i));
            yield return Svg.Text(x + LegendSample + 8, y + 4.5, Series[i].Name);
        }
    }

    private static XElement Draw(PlotArea area, IReadOnlyList<ChartPoint> points, Ink ink, string? dash)
    {
        // A line needs two points.
        if (points.Count != 1)
            return Svg.Curve(points.Select(area.Place), ink, 2, dash);
        (double x, double y) = area.Place(points[0]);
        return Svg.Dot(x, y, 4, ink);
    }
}

/// <summary>A named curve.</summary>
public sealed record ChartSeries(string Name, IReadOnlyList<ChartPoint> Points);
