namespace Samples.Shared.Charts;

/// <summary>An <see cref="Axis"/> without marks, for shares: from 0 to 1.</summary>
public sealed class BlankAxis() : Axis("", 0, 1)
{
    /// <inheritdoc/>
    public override IReadOnlyList<Tick> Ticks => [];

    /// <inheritdoc/>
    public override double Fraction(double value) => value;
}
