using System.Globalization;

namespace Samples.Shared.Charts;

/// <summary>A range of values, where they lie between its ends, and which of them are marked.</summary>
public abstract class Axis
{
    private protected Axis(string title, double low, double high)
    {
        Title = title;
        Low = low;
        High = high;
    }

    /// <summary>What is measured, with its unit.</summary>
    public string Title { get; }

    /// <summary>The value at the start.</summary>
    public double Low { get; }

    /// <summary>The value at the end, above <see cref="Low"/>.</summary>
    public double High { get; }

    /// <summary>The marks, in rising order; those without a label are small.</summary>
    public abstract IReadOnlyList<Tick> Ticks { get; }

    /// <summary>Where <paramref name="value"/> lies: 0 at the start, 1 at the end.</summary>
    public abstract double Fraction(double value);

    /// <summary>Multiples of a round number (1, 2 or 5 times a power of ten), at most <paramref name="count"/> of them or so.</summary>
    private protected static IEnumerable<Tick> RoundTicks(double low, double high, int count, bool wholeNumbers)
    {
        double rough = (high - low) / count;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * (rough / power) switch
        {
            <= 1 => 1,
            <= 2 => 2,
            <= 5 => 5,
            _ => 10,
        };
        if (wholeNumbers)
            step = Math.Max(1, Math.Round(step));
        double tolerance = 1e-9 * (high - low);
        for (double index = Math.Ceiling((low - tolerance) / step); index * step <= high + tolerance; index++)
        {
            // Adding 0 turns -0 into 0. What the multiplication leaves behind, as in 3 * 0.1, is less than a label shows.
            double value = index * step + 0.0;
            yield return new Tick(value, Label(value));
        }
    }

    private protected static string Label(double value) =>
        value == 0 || Math.Abs(value) is >= 1e-4 and < 1e7
            ? value.ToString("#,0.#########", CultureInfo.InvariantCulture)
            : value.ToString("0.###e0", CultureInfo.InvariantCulture);
}

/// <summary>A mark on an <see cref="Axis"/>.</summary>
/// <param name="Value">Where it is.</param>
/// <param name="Label">What stands at it; null at a small one.</param>
public readonly record struct Tick(double Value, string? Label);
