using System.Globalization;
using System.Xml.Linq;
using Samples.Shared.Charts;
using Samples.Shared.Choices;

namespace ActivationHistograms;

/// <summary>Draws the networks of one activation: a row for each kind of initial weights, a histogram for each layer.</summary>
internal static class HistogramChart
{
    private const double PlotWidth = 180;
    private const double PlotHeight = 110;
    private const double Left = 20;
    private const double Top = 42;

    public static XElement Draw(
        ActivationChoice activation,
        IReadOnlyList<(InitializerChoice Initializer, IReadOnlyList<Layer> Layers)> networks,
        int activations) =>
        new PanelGrid
        {
            Title = $"{activation.Title}: activations of each layer before any training",
            Subtitle = Text(
                $"Bar height: number of the {activations:#,0} activations, scaled to the {Tallest(activation)}. {Note(activation)}"),
            Columns = networks[0].Layers.Count,
            PanelWidth = Left + PlotWidth + 24,
            PanelHeight = Top + PlotHeight + 40,
            Panels =
            [
                .. networks.SelectMany((network, i) => network.Layers.Select(layer => Panel(activation, network.Initializer, layer, i))),
            ],
        }.ToPicture();

    private static string Tallest(ActivationChoice activation) => activation.IsRectifier ? "tallest bar after the first" : "tallest bar";

    private static string Note(ActivationChoice activation) => activation.IsRectifier
        ? "Where most of those above 0 exceed 1, the axis covers all."
        : "Stuck: within 1% of an end of the range, where the slope is nearly 0.";

    private static IEnumerable<XElement> Panel(ActivationChoice activation, InitializerChoice initializer, Layer layer, int index)
    {
        int fullest = Math.Max(1, layer.Counts.Skip(activation.IsRectifier ? 1 : 0).Max());
        var area = new PlotArea(
            Left,
            Top,
            PlotWidth,
            PlotHeight,
            new LinearAxis("", activation.Low, layer.High, tickCount: layer.High < 1000 ? 4 : 2),
            new BlankAxis());
        string stuck = activation.IsRectifier ? Text($"{layer.Stuck:0%} at 0, {layer.Beyond:0%} > 1") : Text($"{layer.Stuck:0%} stuck");
        double width = PlotWidth / Layer.Bins;
        return
        [
            Svg.Text(Left, 16, Text($"{initializer.Title}, layer {layer.Number}"), size: 14, bold: true),
            Svg.Text(Left, 34, Text($"σ {Short(layer.Deviation)}, {stuck}")),
            .. area.Draw(titleDistance: 0),
            Svg.Rectangles(layer.Counts.Index().Where(bin => bin.Item > 0).Select(Bar), Palette.Series(index)),
        ];

        (double X, double Y, double Width, double Height) Bar((int Index, int Item) bin)
        {
            double height = Math.Max(0.5, PlotHeight * Math.Min(1, (double)bin.Item / fullest));
            return (Left + bin.Index * width, Top + PlotHeight - height, width - 0.6, height);
        }
    }

    /// <summary>About three digits.</summary>
    private static string Short(double value) =>
        value.ToString(value >= 100 ? "#,0" : value >= 1 ? "0.0" : "0.###", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
