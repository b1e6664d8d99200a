using System.Runtime.CompilerServices;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// Numbers that a parameter carries from one step to the next because they cannot be computed from its step count, such as a product or sum
/// over options that may have changed. They are saved with the state under the names that the optimizer gives them.
/// </summary>
[InlineArray(Capacity)]
public struct CarriedNumbers : IEquatable<CarriedNumbers>
{
    /// <summary>The maximum number of carried numbers.</summary>
    public const int Capacity = 4;

    private double _first;

    /// <summary>Whether all numbers are equal.</summary>
    /// <param name="left">One operand.</param>
    /// <param name="right">The other operand.</param>
    public static bool operator ==(CarriedNumbers left, CarriedNumbers right) => left.Equals(right);

    /// <summary>Whether any numbers differ.</summary>
    /// <param name="left">One operand.</param>
    /// <param name="right">The other operand.</param>
    public static bool operator !=(CarriedNumbers left, CarriedNumbers right) => !left.Equals(right);

    /// <summary>The numbers before the first step.</summary>
    internal static CarriedNumbers Initial(IReadOnlyList<CarriedNumber> carried)
    {
        CarriedNumbers numbers = default;
        for (int i = 0; i < carried.Count; i++)
            numbers[i] = carried[i].Initial;
        return numbers;
    }

    /// <inheritdoc/>
    public readonly bool Equals(CarriedNumbers other) => ((ReadOnlySpan<double>)this).SequenceEqual(other);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is CarriedNumbers other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(this[0], this[1], this[2], this[3]);
}

/// <summary>A number that an optimizer carries from step to step.</summary>
/// <param name="Name">The name in saved state.</param>
/// <param name="Initial">The value before the first step.</param>
public readonly record struct CarriedNumber(string Name, double Initial = 0)
{
    /// <summary>Returns the names and values, formatted in the invariant culture.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(CarriedNumber), PrintMembers);
}

/// <summary>A state buffer of an optimizer: one float for each element of a parameter.</summary>
/// <param name="Name">The name in saved state: that of PyTorch if PyTorch has the same state.</param>
/// <param name="Initial">The value of every element before the first step.</param>
public readonly record struct StateName(string Name, float Initial = 0)
{
    /// <summary>
    /// Whether no element is ever negative, as in an average of squares. 8-bit state then stores roots, which need no sign. False by
    /// default.
    /// </summary>
    public bool IsNonNegative { get; init; }

    /// <summary>Returns a state that starts at 0 and is never negative.</summary>
    /// <param name="name">The name in saved state.</param>
    public static StateName NonNegative(string name) => new(name) { IsNonNegative = true };

    /// <summary>State that starts at 0.</summary>
    /// <param name="name">The name in saved state.</param>
    public static implicit operator StateName(string name) => new(name);

    /// <summary>State that starts at 0.</summary>
    /// <param name="name">The name in saved state.</param>
    public static StateName FromString(string name) => new(name);

    /// <summary>Returns the names and values, formatted in the invariant culture.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(StateName), PrintMembers);
}
