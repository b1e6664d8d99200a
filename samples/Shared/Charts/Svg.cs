using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Samples.Shared.Charts;

/// <summary>The few SVG elements that the charts are made of. Lengths are pixels, from the upper left corner.</summary>
public static class Svg
{
    private static readonly XNamespace s_namespace = "http://www.w3.org/2000/svg";

    /// <summary>A whole picture on a background of its own; light or dark, as the page is that it stands on.</summary>
    public static XElement Picture(double width, double height, string title, params IEnumerable<XElement> content) =>
        Element(
            "svg",
            [
                ("viewBox", $"0 0 {Number(width)} {Number(height)}"),
                ("width", Number(width)),
                ("height", Number(height)),
                ("role", "img"),
                ("font-family", "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"),
                ("font-size", "13"),
                .. Filled(Palette.Text),
            ])
        .With(
            [
                new XElement(s_namespace + "title", title),
                new XElement(s_namespace + "style", Palette.StyleSheet),
                Rectangle(0, 0, width, height, Palette.Background),
                .. content,
            ]);

    /// <summary>Content with an upper left corner of its own.</summary>
    public static XElement Group(double x, double y, params IEnumerable<XElement> content) =>
        Element("g", ("transform", $"translate({Number(x)} {Number(y)})")).With(content);

    /// <summary>Content with an upper left corner of its own, cut off where it leaves a rectangle.</summary>
    public static XElement Window(double x, double y, double width, double height, params IEnumerable<XElement> content) =>
        Element("svg", ("x", Number(x)), ("y", Number(y)), ("width", Number(width)), ("height", Number(height))).With(content);

    /// <summary>Elements that are not drawn here, but wherever <see cref="Use"/> has their names.</summary>
    public static XElement Definitions(IEnumerable<XElement> named) => Element("defs").With(named);

    /// <summary>The element with a name that <see cref="Use"/> can refer to.</summary>
    public static XElement Named(this XElement element, string name)
    {
        ArgumentNullException.ThrowIfNull(element);
        element.Add(new XAttribute("id", name));
        return element;
    }

    /// <summary>The named element once more.</summary>
    public static XElement Use(string name) => Element("use", ("href", $"#{name}"));

    /// <summary>A filled rectangle.</summary>
    public static XElement Rectangle(double x, double y, double width, double height, Ink ink, double opacity = 1) => Element(
        "rect",
        [
            ("x", Number(x)),
            ("y", Number(y)),
            ("width", Number(width)),
            ("height", Number(height)),
            .. Filled(ink),
            ("fill-opacity", Opacity(opacity)),
        ]);

    /// <summary>Filled rectangles in one element, which takes less of a file.</summary>
    public static XElement Rectangles(
        IEnumerable<(double X, double Y, double Width, double Height)> rectangles, Ink ink, double opacity = 1) =>
        Element(
            "path",
            [
                ("d", string.Concat(
                    rectangles.Select(r => $"M{Number(r.X)} {Number(r.Y)}h{Number(r.Width)}v{Number(r.Height)}h{Number(-r.Width)}z"))),
                .. Filled(ink),
                ("fill-opacity", Opacity(opacity)),
            ]);

    /// <summary>A small image: a square of ink for each pixel that is not blank, in eight strengths.</summary>
    /// <param name="pixels">From 0 to 1, row by row.</param>
    /// <param name="width">The number of pixels in a row.</param>
    /// <param name="pixel">The side of a pixel.</param>
    public static IEnumerable<XElement> Image(ReadOnlySpan<float> pixels, int width, double pixel)
    {
        const int Strengths = 8;
        return
        [
            .. from entry in pixels.ToArray().Index()
               group entry.Index by (int)Math.Round(Math.Clamp(entry.Item, 0, 1) * Strengths) into ink
               where ink.Key > 0
               orderby ink.Key
               select Rectangles(
                   ink.Select(i => (i % width * pixel, i / width * pixel, pixel, pixel)), Palette.Text, (double)ink.Key / Strengths),
        ];
    }

    /// <summary>A rectangle without filling.</summary>
    public static XElement Frame(double x, double y, double width, double height) => Element(
        "rect",
        [
            ("x", Number(x)),
            ("y", Number(y)),
            ("width", Number(width)),
            ("height", Number(height)),
            .. Stroked(Palette.Frame, 1, null),
            ("fill", "none"),
        ]);

    /// <summary>A straight line.</summary>
    public static XElement Line(double x1, double y1, double x2, double y2, Ink ink, double thickness = 1, string? dash = null) => Element(
        "line",
        [
            ("x1", Number(x1)),
            ("y1", Number(y1)),
            ("x2", Number(x2)),
            ("y2", Number(y2)),
            .. Stroked(ink, thickness, dash),
        ]);

    /// <summary>A filled circle.</summary>
    public static XElement Dot(double x, double y, double radius, Ink ink) =>
        Element("circle", [("cx", Number(x)), ("cy", Number(y)), ("r", Number(radius)), .. Filled(ink)]);

    /// <summary>A circle without filling.</summary>
    public static XElement Ring(double x, double y, double radius, Ink ink) => Element(
        "circle", [("cx", Number(x)), ("cy", Number(y)), ("r", Number(radius)), .. Stroked(ink, 2, null), ("fill", "none")]);

    /// <summary>A diagonal cross.</summary>
    public static XElement Cross(double x, double y, double radius, Ink ink) => Curve(
        [
            (x - radius, y - radius), (x + radius, y + radius), (double.NaN, double.NaN),
            (x - radius, y + radius), (x + radius, y - radius),
        ],
        ink,
        2.5);

    /// <summary>A line through points, broken where a point is not finite.</summary>
    public static XElement Curve(IEnumerable<(double X, double Y)> points, Ink ink, double thickness, string? dash = null)
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
            [
                ("d", path.ToString()),
                .. Stroked(ink, thickness, dash),
                ("fill", "none"),
                ("stroke-linejoin", "round"),
                ("stroke-linecap", "round"),
            ]);
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

    private static (string Name, string? Value)[] Filled(Ink ink) => [("class", $"fill-{ink.Name}"), ("fill", ink.Light)];

    private static (string Name, string? Value)[] Stroked(Ink ink, double thickness, string? dash) =>
    [
        ("class", $"stroke-{ink.Name}"),
        ("stroke", ink.Light),
        ("stroke-width", Number(thickness)),
        ("stroke-dasharray", dash),
    ];

    /// <summary>A tenth of a pixel is finer than the eye; what a diverging curve leaves the picture by need not be exact.</summary>
    private static string Number(double value) => Math.Clamp(value, -1e5, 1e5).ToString("0.#", CultureInfo.InvariantCulture);

    private static string? Opacity(double value) => value < 1 ? value.ToString("0.##", CultureInfo.InvariantCulture) : null;
}
