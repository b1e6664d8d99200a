namespace TensorEngine.Schedules;

/// <summary>The complete state of a <see cref="ReduceOnPlateau"/>.</summary>
/// <param name="Best">The best metric so far, infinite before the first metric; not NaN.</param>
/// <param name="BadCount">The number of metrics in a row that were no better; at least 0.</param>
/// <param name="CooldownLeft">The number of remaining metrics in the cooldown; at least 0.</param>
public readonly record struct PlateauState(double Best, long BadCount, long CooldownLeft)
{
    /// <summary>Returns the names and values, formatted in the invariant culture.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(PlateauState), PrintMembers);
}
