namespace Samples.Shared.Charts;

/// <summary>An <see cref="Axis"/> on which equal distances are equal differences.</summary>
public sealed class LinearAxis : Axis
{
    private readonly bool _wholeNumbers;
    private readonly int _tickCount;

    /// <param name="title">What is measured, with its unit.</param>
    /// <param name="low">The value at the start, finite.</param>
    /// <param name="high">The value at the end, finite; if it is not above <paramref name="low"/>, the axis is made 1 long.</param>
    /// <param name="wholeNumbers">Whether only whole numbers are marked.</param>
    /// <param name="tickCount">About how many marks there are at most.</param>
    public LinearAxis(string title, double low, double high, bool wholeNumbers = false, int tickCount = 7)
        : base(title, low, high > low ? high : low + 1)
    {
        _wholeNumbers = wholeNumbers;
        _tickCount = tickCount;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Tick> Ticks => [.. RoundTicks(Low, High, _tickCount, _wholeNumbers)];

    /// <inheritdoc/>
    public override double Fraction(double value) => (value - Low) / (High - Low);
}
