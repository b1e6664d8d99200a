using System.Xml.Linq;

namespace Samples.Shared.Charts;

/// <summary>Equally large panels in rows, below a heading.</summary>
public sealed record PanelGrid
{
    private const double Margin = 16;
    private const double Top = 78;
    private const double TitleLetterWidth = 10.5;
    private const double LetterWidth = 7;

    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>A line below the heading.</summary>
    public required string Subtitle { get; init; }

    /// <summary>How many panels stand beside one another.</summary>
    public required int Columns { get; init; }

    /// <summary>The width of a panel, in pixels.</summary>
    public required double PanelWidth { get; init; }

    /// <summary>The height of a panel, in pixels.</summary>
    public required double PanelHeight { get; init; }

    /// <summary>The panels, row by row; each is drawn from its own upper left corner.</summary>
    public required IReadOnlyList<IEnumerable<XElement>> Panels { get; init; }

    /// <summary>Named elements that more than one panel uses.</summary>
    public IReadOnlyList<XElement> Definitions { get; init; } = [];

    /// <summary>What is drawn at the right end of the line below the heading, from its own upper left corner: a legend.</summary>
    public IEnumerable<XElement> Legend { get; init; } = [];

    /// <summary>The width of <see cref="Legend"/>, in pixels.</summary>
    public double LegendWidth { get; init; }

    /// <summary>The panels as one picture.</summary>
    public XElement ToPicture()
    {
        int columns = Math.Clamp(Columns, 1, Math.Max(1, Panels.Count));
        int rows = (Panels.Count + columns - 1) / columns;
        double heading = Math.Max(TitleLetterWidth * Title.Length, LetterWidth * Subtitle.Length + LegendWidth);
        double width = 2 * Margin + Math.Max(columns * PanelWidth, heading);
        return Svg.Picture(
            width,
            Top + rows * PanelHeight + Margin,
            Title,
            [
                .. Definitions.Count > 0 ? [Svg.Definitions(Definitions)] : Array.Empty<XElement>(),
                Svg.Text(Margin, 30, Title, size: 18, bold: true),
                Svg.Text(Margin, 54, Subtitle),
                Svg.Group(width - Margin - LegendWidth, 40, Legend),
                .. Panels.Select((panel, i) => Svg.Group(Margin + i % columns * PanelWidth, Top + i / columns * PanelHeight, panel)),
            ]);
    }
}
