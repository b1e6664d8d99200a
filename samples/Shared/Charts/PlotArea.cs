using System.Xml.Linq;

namespace Samples.Shared.Charts;

/// <summary>The rectangle between two axes: places points in it and draws what stands around it.</summary>
/// <param name="X">The left side, in pixels.</param>
/// <param name="Y">The upper side, in pixels.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Horizontal">The axis below it.</param>
/// <param name="Vertical">The axis at its left.</param>
public sealed record PlotArea(double X, double Y, double Width, double Height, Axis Horizontal, Axis Vertical)
{
    /// <summary>Where a point is, in pixels.</summary>
    public (double X, double Y) Place(ChartPoint point) =>
        (X + Width * Horizontal.Fraction(point.X), Y + Height * (1 - Vertical.Fraction(point.Y)));

    /// <summary>The frame, the grid, the marks of both axes and their titles.</summary>
    /// <param name="titleDistance">From the left side to the middle of the vertical axis' title, which reads upward.</param>
    public IEnumerable<XElement> Draw(double titleDistance) =>
        [.. HorizontalMarks(), .. VerticalMarks(titleDistance), Svg.Frame(X, Y, Width, Height)];

    private IEnumerable<XElement> HorizontalMarks()
    {
        double bottom = Y + Height;
        foreach (Tick tick in Horizontal.Ticks)
        {
            double x = X + Width * Horizontal.Fraction(tick.Value);
            yield return Svg.Line(x, Y, x, bottom, Palette.Grid);
            yield return Svg.Line(x, bottom, x, bottom + (tick.Label is null ? 3 : 6), Palette.Frame);
            if (tick.Label is not null)
                yield return Svg.Text(x, bottom + 20, tick.Label, "middle");
        }

        if (Horizontal.Title.Length > 0)
            yield return Svg.Text(X + Width / 2, bottom + 40, Horizontal.Title, "middle", 14);
    }

    private IEnumerable<XElement> VerticalMarks(double titleDistance)
    {
        foreach (Tick tick in Vertical.Ticks)
        {
            double y = Y + Height * (1 - Vertical.Fraction(tick.Value));
            if (tick.Label is not null)
            {
                yield return Svg.Line(X, y, X + Width, y, Palette.Grid);
                yield return Svg.Text(X - 10, y + 4.5, tick.Label, "end");
            }

            yield return Svg.Line(X - (tick.Label is null ? 3 : 6), y, X, y, Palette.Frame);
        }

        if (Vertical.Title.Length > 0)
            yield return Svg.Text(X - titleDistance, Y + Height / 2, Vertical.Title, "middle", 14, upward: true);
    }
}

/// <summary>A point of a curve, in the units of the axes.</summary>
public readonly record struct ChartPoint(double X, double Y);
