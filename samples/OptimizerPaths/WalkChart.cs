using System.Globalization;
using System.Xml.Linq;
using Samples.Shared.Charts;

namespace OptimizerPaths;

/// <summary>Draws the paths down one surface: a panel for each, with contour lines, the start and the minimum.</summary>
internal static class WalkChart
{
    private const double PlotWidth = 380;
    private const double PlotHeight = 250;
    private const double Left = 62;
    private const double Top = 26;
    private const int MostLevels = 14;
    private const int MostDots = 60;

    /// <summary>The picture of walks on one surface, at least one.</summary>
    public static XElement Draw(IReadOnlyList<Walk> walks)
    {
        Surface surface = walks[0].Surface;
        return new PanelGrid
        {
            Title = $"Paths down {surface.Formula}",
            Subtitle = Text(
                $"{walks[0].Points.Count - 1} updates; each contour line is {surface.LevelFactor:0.#} times as high as the one inside it"),
            Columns = walks.Count <= 4 ? 2 : 3,
            PanelWidth = Left + PlotWidth + 18,
            PanelHeight = Top + PlotHeight + 60,
            Definitions = [Svg.Group(0, 0, ContourLines(surface)).Named(ContoursOf(surface))],
            Panels = [.. walks.Select(Panel)],
            LegendWidth = 175,
            Legend =
            [
                Svg.Ring(10, 10, 6, Palette.Text), Svg.Text(24, 14.5, "start"),
                Svg.Cross(88, 10, 6, Palette.Text), Svg.Text(102, 14.5, "minimum"),
            ],
        }.ToPicture();
    }

    private static IEnumerable<XElement> Panel(Walk walk, int index)
    {
        Surface surface = walk.Surface;
        var area = new PlotArea(
            Left,
            Top,
            PlotWidth,
            PlotHeight,
            new LinearAxis("x", surface.Low.X, surface.High.X),
            new LinearAxis("y", surface.Low.Y, surface.High.Y, tickCount: 5));
        Ink ink = Palette.Series(index);
        (double X, double Y)[] path = [.. walk.Points.Select(Inside(surface).Place)];
        (double x, double y) = Inside(surface).Place(surface.Start);
        (double minimumX, double minimumY) = Inside(surface).Place(surface.Minimum);
        return
        [
            Svg.Text(Left, 16, Text($"{walk.Optimizer.Title}, learning rate {walk.Rate:0.######}"), size: 15, bold: true),
            .. area.Draw(titleDistance: Left - 18),
            Svg.Window(
                Left,
                Top,
                PlotWidth,
                PlotHeight,
                [
                    Svg.Use(ContoursOf(surface)),
                    Svg.Curve(path, ink, 2, Palette.Dash(index)),
                    .. path.Length <= MostDots ? path.Select(point => Svg.Dot(point.X, point.Y, 3, ink)) : [],
                    Svg.Ring(x, y, 6, Palette.Text),
                    Svg.Cross(minimumX, minimumY, 6, Palette.Text),
                ]),
        ];
    }

    // Every panel shows the same lines, which stand in the file once. The name is unique on a page with other surfaces.
    private static string ContoursOf(Surface surface) => $"contours-{surface.Name}";

    private static IEnumerable<XElement> ContourLines(Surface surface) =>
        from level in Enumerable.Range(0, MostLevels).Select(i => surface.LowestLevel * Math.Pow(surface.LevelFactor, i))
        from line in Contours.Find(surface, level)
        select Svg.Curve(line.Select(Inside(surface).Place), Palette.Quiet, 1);

    /// <summary>The same places, from the upper left corner of the plot.</summary>
    private static PlotArea Inside(Surface surface) => new(
        0,
        0,
        PlotWidth,
        PlotHeight,
        new LinearAxis("", surface.Low.X, surface.High.X),
        new LinearAxis("", surface.Low.Y, surface.High.Y));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
