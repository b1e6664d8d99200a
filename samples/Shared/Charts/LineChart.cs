using System.Xml.Linq;

namespace Samples.Shared.Charts;

/// <summary>Curves over two axes with a legend beside them.</summary>
public sealed record LineChart
{
    private const double Top = 68;
    private const double Bottom = 62;
    private const double LegendGap = 20;
    private const double LegendSample = 26;
    private const double LegendRow = 24;
    private const double PlotWidth = 640;
    private const double LetterWidth = 7.5;

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

    /// <summary>The chart as the text of an SVG file.</summary>
    public string ToSvg()
    {
        double longestName = LetterWidth * Series.Select(series => series.Name.Length).DefaultIfEmpty(0).Max();
        double legendWidth = LegendGap + LegendSample + 8 + longestName;
        return Svg.ToText(Svg.Picture(
            Left + PlotWidth + legendWidth + LegendGap,
            Top + PlotHeight + Bottom,
            Title,
            [
                Svg.Text(Left, 30, Title, size: 18, bold: true),
                Svg.Text(Left, 52, Subtitle),
                .. HorizontalMarks(),
                .. VerticalMarks(),
                Svg.Frame(Left, Top, PlotWidth, PlotHeight),
                .. Series.Select((series, i) => Draw(series.Points, Palette.Colour(i), Palette.Dash(i))),
                .. Legend(),
            ]));
    }

    private IEnumerable<XElement> HorizontalMarks()
    {
        double bottom = Top + PlotHeight;
        foreach (Tick tick in Horizontal.Ticks)
        {
            double x = PlaceHorizontally(tick.Value);
            yield return Svg.Line(x, Top, x, bottom, Palette.Grid);
            yield return Svg.Line(x, bottom, x, bottom + (tick.Label is null ? 3 : 6), Palette.Frame);
            if (tick.Label is not null)
                yield return Svg.Text(x, bottom + 20, tick.Label, "middle");
        }

        yield return Svg.Text(Left + PlotWidth / 2, bottom + 46, Horizontal.Title, "middle", 14);
    }

    private IEnumerable<XElement> VerticalMarks()
    {
        foreach (Tick tick in Vertical.Ticks)
        {
            double y = PlaceVertically(tick.Value);
            if (tick.Label is not null)
            {
                yield return Svg.Line(Left, y, Left + PlotWidth, y, Palette.Grid);
                yield return Svg.Text(Left - 10, y + 4.5, tick.Label, "end");
            }

            yield return Svg.Line(Left - (tick.Label is null ? 3 : 6), y, Left, y, Palette.Frame);
        }

        yield return Svg.Text(22, Top + PlotHeight / 2, Vertical.Title, "middle", 14, upward: true);
    }

    private IEnumerable<XElement> Legend()
    {
        double x = Left + PlotWidth + LegendGap;
        for (int i = 0; i < Series.Count; i++)
        {
            double y = Top + LegendRow * (i + 0.5);
            yield return Svg.Line(x, y, x + LegendSample, y, Palette.Colour(i), 3, Palette.Dash(i));
            yield return Svg.Text(x + LegendSample + 8, y + 4.5, Series[i].Name);
        }
    }

    private XElement Draw(IReadOnlyList<ChartPoint> points, string colour, string? dash)
    {
        // A line needs two points.
        if (points.Count != 1)
            return Svg.Curve(points.Select(Place), colour, 2, dash);
        (double x, double y) = Place(points[0]);
        return Svg.Dot(x, y, 4, colour);
    }

    private (double X, double Y) Place(ChartPoint point) => (PlaceHorizontally(point.X), PlaceVertically(point.Y));

    private double PlaceHorizontally(double value) => Left + PlotWidth * Horizontal.Fraction(value);

    private double PlaceVertically(double value) => Top + PlotHeight * (1 - Vertical.Fraction(value));
}

/// <summary>A named curve.</summary>
public sealed record ChartSeries(string Name, IReadOnlyList<ChartPoint> Points);

/// <summary>A point of a curve, in the units of the axes.</summary>
public readonly record struct ChartPoint(double X, double Y);
