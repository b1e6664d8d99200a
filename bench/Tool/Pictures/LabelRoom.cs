namespace TensorEngine.Benchmarks.Tool.Pictures;

/// <summary>Finds places for names beside points where they touch neither one another nor anything else.</summary>
internal sealed class LabelRoom(double left, double top, double width, double height)
{
    /// <summary>Of the names.</summary>
    public const double LetterHeight = 11;

    private const double LetterWidth = 6.3;
    private const double Gap = 3;

    private readonly List<(double Left, double Top, double Right, double Bottom)> _taken = [];

    /// <summary>Takes a rectangle, whatever is there.</summary>
    public void Take(double x, double y, double rectangleWidth, double rectangleHeight) =>
        _taken.Add((x, y, x + rectangleWidth, y + rectangleHeight));

    /// <summary>The start of a name's base line: right or left of the point, above or below it; null if all of these are taken.</summary>
    public (double X, double Y)? TryPlace(double x, double y, double radius, string name)
    {
        double length = LetterWidth * name.Length, away = radius + Gap;
        foreach ((double startX, double startY) in new[]
        {
            (x + away, y + LetterHeight / 3),
            (x - away - length, y + LetterHeight / 3),
            (x + away, y - away),
            (x + away, y + away + LetterHeight / 2),
            (x - away - length, y - away),
            (x - away - length, y + away + LetterHeight / 2),
            (x - length / 2, y - away - 1),
            (x - length / 2, y + away + LetterHeight - 1),
        })
        {
            (double Left, double Top, double Right, double Bottom) box = (startX, startY - LetterHeight, startX + length, startY + Gap);
            if (box.Left < left || box.Top < top || box.Right > left + width || box.Bottom > top + height || _taken.Exists(Touches))
                continue;
            _taken.Add(box);
            return (startX, startY);

            bool Touches((double Left, double Top, double Right, double Bottom) other) =>
                box.Left < other.Right && other.Left < box.Right && box.Top < other.Bottom && other.Top < box.Bottom;
        }

        return null;
    }
}
