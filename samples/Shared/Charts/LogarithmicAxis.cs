namespace Samples.Shared.Charts;

/// <summary>An <see cref="Axis"/> on which equal distances are equal ratios.</summary>
public sealed class LogarithmicAxis : Axis
{
    private const int TickCount = 7;

    /// <param name="title">What is measured, with its unit.</param>
    /// <param name="low">The value at the start, above 0 and finite.</param>
    /// <param name="high">The value at the end, finite; if it is not above <paramref name="low"/>, it is twice that.</param>
    public LogarithmicAxis(string title, double low, double high)
        : base(title, low, high > low ? high : 2 * low)
    {
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Tick> Ticks
    {
        get
        {
            double decades = Math.Log10(High / Low);

            // Within a factor of five there may be no 1, 2 or 5 at all.
            return decades < 0.7 ? [.. RoundTicks(Low, High, TickCount, wholeNumbers: false)] : [.. DecadeTicks(decades)];
        }
    }

    /// <inheritdoc/>
    public override double Fraction(double value) => Math.Log(value / Low) / Math.Log(High / Low);

    /// <summary>Labels at each or each n-th power of ten, at its double and fivefold too while there is room.</summary>
    private IEnumerable<Tick> DecadeTicks(double decades)
    {
        int stride = (int)Math.Ceiling(decades / TickCount);
        for (int exponent = (int)Math.Floor(Math.Log10(Low)); exponent <= Math.Ceiling(Math.Log10(High)); exponent++)
        {
            for (int digit = 1; digit < 10; digit++)
            {
                double value = exponent < 0 ? digit / Math.Pow(10, -exponent) : digit * Math.Pow(10, exponent);
                if (value < Low || value > High)
                    continue;
                bool labelled = digit == 1 ? exponent % stride == 0 : digit is 2 or 5 && decades < 2.5;
                if (labelled || stride == 1)
                    yield return new Tick(value, labelled ? Label(value) : null);
            }
        }
    }
}
