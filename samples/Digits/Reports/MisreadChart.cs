using System.Globalization;
using System.Xml.Linq;
using Digits.Datasets;
using Digits.Training;
using Samples.Shared.Charts;

namespace Digits.Reports;

/// <summary>Draws misread.svg: test images that a network misreads.</summary>
public static class MisreadChart
{
    private const int MostImages = 40;
    private const double ImageSide = 64;

    /// <summary>The first images that one outcome's network misreads.</summary>
    public static XElement Draw(LabelledImages test, TrainingOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(outcome);
        int[] misread = [.. Enumerable.Range(0, test.Count).Where(i => outcome.Answers[i] != test.Labels[i])];
        int shown = Math.Min(misread.Length, MostImages);
        return new PanelGrid
        {
            Title = $"Digits that {outcome.Run.Name} misreads",
            Subtitle = string.Create(
                CultureInfo.InvariantCulture,
                $"{shown} of {misread.Length} misread test images: the digit, and after the arrow the answer"),
            Columns = 10,
            PanelWidth = ImageSide + 16,
            PanelHeight = ImageSide + 34,
            Panels = [.. misread.Take(shown).Select(i => Panel(test, i, outcome.Answers[i]))],
        }.ToPicture();
    }

    private static IEnumerable<XElement> Panel(LabelledImages test, int index, int answer)
    {
        double pixel = ImageSide / test.Width;
        double height = pixel * (test.PixelCount / test.Width);
        string caption = string.Create(CultureInfo.InvariantCulture, $"{test.Labels[index]} → {answer}");
        return
        [
            Svg.Group(0, 0, Svg.Image(test.Image(index), test.Width, pixel)),
            Svg.Frame(0, 0, ImageSide, height),
            Svg.Text(ImageSide / 2, height + 18, caption, "middle", 14),
        ];
    }
}
