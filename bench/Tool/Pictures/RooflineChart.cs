using System.Globalization;
using System.Xml.Linq;
using Samples.Shared.Charts;
using TensorEngine.Benchmarks.Tool.Runs;

namespace TensorEngine.Benchmarks.Tool.Pictures;

/// <summary>
/// The roofline of a machine (Williams, Waterman and Patterson, 2009): what it can do at the best, by operations per byte, and the kernels below.
/// </summary>
/// <param name="run">What was measured.</param>
internal sealed class RooflineChart(MachineRun run)
{
    private const double Left = 92;
    private const double Top = 92;
    private const double Width = 900;
    private const double Height = 560;
    private const double Bottom = 60;
    private const double LegendWidth = 190;
    private const double Radius = 4;
    private const double LevelLetterWidth = 6.6;

    private readonly LabelRoom _room = new(Left, Top, Width, Height);

    /// <summary>The kernels whose bytes and operations are known, which the picture shows.</summary>
    public IReadOnlyList<MeasuredKernel> Shown { get; } = [.. run.Kernels.Where(kernel => kernel is { Bytes: > 0, Operations: > 0 })];

    private string[] Groups => [.. Shown.Select(kernel => kernel.Group).Distinct(StringComparer.Ordinal)];

    /// <summary>The picture.</summary>
    public XElement ToPicture()
    {
        PlotArea area = Area();
        IEnumerable<XElement> roofs = [.. Levels(area), .. Peak(area)];
        return Svg.Picture(
            Left + Width + LegendWidth,
            Top + Height + Bottom,
            "Roofline",
            [
                Svg.Text(Left, 30, "What the machine can do, and what the kernels do", size: 18, bold: true),
                Svg.Text(Left, 52, $"{run.Processor}, {run.Machine.GetValueOrDefault("lanes", "?")} per register, {run.Date.Split(' ')[0]}"),
                Svg.Text(Left, 72, "One thread. A line: the most that traffic of that level of the caches allows. Point at a kernel for its name and figures."),
                .. area.Draw(titleDistance: Left - 22),
                .. roofs,
                .. Points(area),
                .. Labels(area),
                .. Legend(),
            ]);
    }

    private PlotArea Area()
    {
        double[] intensities = [.. Shown.Select(Intensity).DefaultIfEmpty(1)];
        double[] speeds = [.. Shown.Select(Speed).DefaultIfEmpty(1), run.Rate(MeasuredLimit.Peak) ?? 1];
        return new PlotArea(
            Left,
            Top,
            Width,
            Height,
            new LogarithmicAxis("Floating-point operations per byte that is read or written", intensities.Min() / 2, intensities.Max() * 2),
            new LogarithmicAxis("GFLOP/s", speeds.Min() / 2, speeds.Max() * 2));
    }

    private IEnumerable<XElement> Levels(PlotArea area)
    {
        double peak = run.Rate(MeasuredLimit.Peak) ?? area.Vertical.High;
        foreach (IGrouping<string, MeasuredLimit> level in run.Limits.Where(limit => limit.Bytes > 0).GroupBy(limit => limit.Level, StringComparer.Ordinal))
        {
            // Whichever kind of traffic is faster: loads and stores go at the same time in the caches.
            double rate = level.Max(limit => limit.Median);
            var low = new ChartPoint(Math.Max(area.Horizontal.Low, area.Vertical.Low / rate), 0);
            var high = new ChartPoint(Math.Min(area.Horizontal.High, peak / rate), 0);
            (double x1, double y1) = area.Place(low with { Y = low.X * rate });
            (double x2, double y2) = area.Place(high with { Y = high.X * rate });
            yield return Svg.Line(x1, y1, x2, y2, Palette.Frame, 1.5, "7 4");
            string text = string.Create(CultureInfo.InvariantCulture, $"{level.Key}, {rate:0} GB/s");
            double angle = Math.Atan2(y2 - y1, x2 - x1), length = LevelLetterWidth * text.Length;
            double x = x1 + 10 * Math.Cos(angle) + 5 * Math.Sin(angle), y = y1 + 10 * Math.Sin(angle) - 5 * Math.Cos(angle);
            for (double part = 0; part <= length; part += 6)
                _room.Take(x + part * Math.Cos(angle) - 4, y + part * Math.Sin(angle) - 10, 10, 12);
            XElement label = Svg.Text(x, y, text, size: 12);
            label.SetAttributeValue(
                "transform", string.Create(CultureInfo.InvariantCulture, $"rotate({angle * 180 / Math.PI:0.#} {x:0.#} {y:0.#})"));
            yield return label;
        }
    }

    private IEnumerable<XElement> Peak(PlotArea area)
    {
        if (run.Rate(MeasuredLimit.Peak) is not { } peak)
            yield break;
        (double x, double y) = area.Place(new(area.Horizontal.High, peak));
        yield return Svg.Line(Left, y, x, y, Palette.Frame, 1.5, "7 4");
        string text = string.Create(CultureInfo.InvariantCulture, $"fused multiply-adds, {peak:0} GFLOP/s");
        _room.Take(Left + 8, y - 18, LevelLetterWidth * text.Length, 14);
        yield return Svg.Text(Left + 8, y - 6, text, size: 12);
    }

    private IEnumerable<XElement> Points(PlotArea area)
    {
        string[] groups = Groups;
        foreach (MeasuredKernel kernel in Shown)
        {
            Ink ink = Palette.Series(Array.IndexOf(groups, kernel.Group));
            (double x, double y) = area.Place(new(Intensity(kernel), Speed(kernel)));
            _room.Take(x - Radius, y - Radius, 2 * Radius, 2 * Radius);
            XElement point = IsPastCaches(kernel) ? Svg.Ring(x, y, Radius, ink) : Svg.Dot(x, y, Radius, ink);
            point.Add(new XElement(point.Name.Namespace + "title", string.Create(
                CultureInfo.InvariantCulture,
                $"{kernel.Name}: {Speed(kernel):0.0} GFLOP/s, {kernel.Bytes / kernel.Time.Median:0.0} GB/s, {RowTexts.Time(kernel.Time.Median)}")));
            yield return point;
        }
    }

    // As many names as fit without touching anything, those of extreme points first.
    private IEnumerable<XElement> Labels(PlotArea area)
    {
        foreach (MeasuredKernel kernel in Shown.OrderByDescending(kernel => Math.Abs(Math.Log(Intensity(kernel)))))
        {
            (double x, double y) = area.Place(new(Intensity(kernel), Speed(kernel)));
            if (_room.TryPlace(x, y, Radius, kernel.Name) is { } place)
                yield return Svg.Text(place.X, place.Y, kernel.Name, size: LabelRoom.LetterHeight);
        }
    }

    private IEnumerable<XElement> Legend()
    {
        double x = Left + Width + 24, y = Top + 12;
        foreach ((int index, string group) in Groups.Index())
        {
            yield return Svg.Dot(x, y - 4, Radius, Palette.Series(index));
            yield return Svg.Text(x + 14, y, group);
            y += 24;
        }

        yield return Svg.Dot(x, y - 4, Radius, Palette.Text);
        yield return Svg.Text(x + 14, y, "data in the caches");
        yield return Svg.Ring(x, y + 20, Radius, Palette.Text);
        yield return Svg.Text(x + 14, y + 24, "data past them");
    }

    private static bool IsPastCaches(MeasuredKernel kernel) => string.Equals(kernel.Reference, "memory", StringComparison.Ordinal);

    private static double Intensity(MeasuredKernel kernel) => kernel.Operations / kernel.Bytes;

    private static double Speed(MeasuredKernel kernel) => kernel.Operations / kernel.Time.Median;
}
