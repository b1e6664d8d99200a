using System.Globalization;
using System.Xml.Linq;
using Digits.Datasets;
using Digits.Training;
using Samples.Shared.Charts;

namespace Digits.Reports;

/// <summary>Draws confusion.svg: a confusion matrix for each run.</summary>
public static class ConfusionChart
{
    private const double Cell = 30;
    private const double Left = 44;
    private const double Top = 66;

    /// <summary>The matrices of outcomes, at least one.</summary>
    public static XElement Draw(LabelledImages test, IReadOnlyList<TrainingOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(test);
        const double Side = LabelledImages.ClassCount * Cell;
        return new PanelGrid
        {
            Title = "Which digits are mistaken for which",
            Subtitle = "A row for each digit, a column for each answer; the number of test images. Correct answers are on the diagonal.",
            Columns = outcomes.Count <= 4 ? 2 : 3,
            PanelWidth = Left + Side + 24,
            PanelHeight = Top + Side + 24,
            Panels = [.. outcomes.Select(outcome => Panel(outcome.Run.Name, Count(test, outcome)))],
        }.ToPicture();
    }

    /// <summary>How often each digit (the first index) got each answer (the second).</summary>
    public static int[,] Count(LabelledImages test, TrainingOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(outcome);
        int[,] counts = new int[LabelledImages.ClassCount, LabelledImages.ClassCount];
        for (int i = 0; i < test.Count; i++)
            counts[test.Labels[i], outcome.Answers[i]]++;
        return counts;
    }

    private static IEnumerable<XElement> Panel(string name, int[,] counts)
    {
        const int Classes = LabelledImages.ClassCount;
        yield return Svg.Text(Left, 16, name, size: 15, bold: true);
        yield return Svg.Text(Left + Classes * Cell / 2, 38, "answer", "middle");
        yield return Svg.Text(14, Top + Classes * Cell / 2, "digit", "middle", upward: true);
        for (int digit = 0; digit < Classes; digit++)
        {
            double y = Top + digit * Cell;
            yield return Svg.Text(Left + (digit + 0.5) * Cell, Top - 8, Number(digit), "middle", bold: true);
            yield return Svg.Text(Left - 12, y + 20, Number(digit), "middle", bold: true);
            int all = Math.Max(1, Enumerable.Range(0, Classes).Sum(answer => counts[digit, answer]));
            for (int answer = 0; answer < Classes; answer++)
            {
                int count = counts[digit, answer];
                if (count == 0)
                    continue;
                double x = Left + answer * Cell;

                // Pale enough for the number on top; a root, so that a single error is seen.
                double strength = 0.12 + 0.45 * Math.Sqrt((double)count / all);
                yield return Svg.Rectangle(x + 1, y + 1, Cell - 2, Cell - 2, digit == answer ? Palette.Right : Palette.Wrong, strength);
                yield return Svg.Text(x + Cell / 2, y + 20, Number(count), "middle");
            }
        }

        yield return Svg.Frame(Left, Top, Classes * Cell, Classes * Cell);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
