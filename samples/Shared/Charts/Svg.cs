using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Samples.Shared.Charts;

/// <summary>The few SVG elements that the charts are made of. Lengths are pixels, from the upper left corner.</summary>
public static class Svg
{
    private static readonly XNamespace s_namespace = "http://www.w3.org/2000/svg";

    /// <summary>A whole picture on a background of its own, which reads the same on a light and a dark page.</summary>
    public static XElement Picture(double width, double height, string title, params IEnumerable<XElement> content) =>
        Element(
            "svg",
            ("viewBox", $"0 0 {Number(width)} {Number(height)}"),
            ("width", Number(width)),
            ("height", Number(height)),
            ("role", "img"),
            ("font-family", "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"),
            ("font-size", "13"),
            ("fill", Palette.Text))
        .With(
            [
                new XElement(s_namespace + "title", title),
                Element("rect", ("width", "100%"), ("height", "100%"), ("fill", Palette.Background)),
                .. content,
            ]);

    /// <summary>A rectangle without filling.</summary>
    public static XElement Frame(double x, double y, double width, double height) => Element(
        "rect",
        ("x", Number(x)),
        ("y", Number(y)),
        ("width", Number(width)),
        ("height", Number(height)),
        ("fill", "none"),
        ("stroke", Palette.Frame));

    /// <summary>A straight line.</summary>
    public static XElement Line(double x1, double y1, double x2, double y2, string colour, double thickness = 1, string? dash = null) =>
        Element(
            "line",
            ("x1", Number(x1)),
            ("y1", Number(y1)),
            ("x2", Number(x2)),
            ("y2", Number(y2)),
            ("stroke", colour),
            ("stroke-width", Number(thickness)),
            ("stroke-dasharray", dash));

    /// <summary>A filled circle.</summary>
    public static XElement Dot(double x, double y, double radius, string colour) =>
        Element("circle", ("cx", Number(x)), ("cy", Number(y)), ("r", Number(radius)), ("fill", colour));

    /// <summary>A line through points, broken where a point is not finite.</summary>
    public static XElement Curve(IEnumerable<(double X, double Y)> points, string colour, double thickness, string? dash = null)
    {
        var path = new StringBuilder();
        bool drawing = false;
        foreach ((double x, double y) in points)
        {
            if (!double.IsFinite(x) || !double.IsFinite(y))
            {
                drawing = false;
                continue;
            }

            path.Append(drawing ? 'L' : 'M').Append(Number(x)).Append(' ').Append(Number(y));
            drawing = true;
        }

        return Element(
            "path",
            ("d", path.ToString()),
            ("fill", "none"),
            ("stroke", colour),
            ("stroke-width", Number(thickness)),
            ("stroke-linejoin", "round"),
            ("stroke-linecap", "round"),
            ("stroke-dasharray", dash));
    }

    /// <summary>A line of text.</summary>
    /// <param name="x">Its anchor.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="text">The text.</param>
    /// <param name="anchor">Which part of it is at <paramref name="x"/>: start, middle or end.</param>
    /// <param name="size">The height of its letters.</param>
    /// <param name="bold">Whether it is a heading.</param>
    /// <param name="upward">Whether it reads from bottom to top.</param>
    public static XElement Text(
        double x, double y, string text, string anchor = "start", double size = 13, bool bold = false, bool upward = false) =>
        Element(
            "text",
            ("x", Number(x)),
            ("y", Number(y)),
            ("text-anchor", anchor),
            ("font-size", Number(size)),
            ("font-weight", bold ? "bold" : null),
            ("transform", upward ? $"rotate(-90 {Number(x)} {Number(y)})" : null))
        .With([new XText(text)]);

    /// <summary>The file's text, the same on every system.</summary>
    public static string ToText(XElement picture) => $"{picture}\n".ReplaceLineEndings("\n");

    private static XElement Element(string name, params IEnumerable<(string Name, string? Value)> attributes) =>
        new(s_namespace + name, attributes.Where(attribute => attribute.Value is not null).Select(a => new XAttribute(a.Name, a.Value!)));

    private static XElement With(this XElement element, IEnumerable<XNode> content)
    {
        element.Add(content);
        return element;
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
