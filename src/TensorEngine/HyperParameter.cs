using System.Globalization;
using System.Runtime.CompilerServices;

namespace TensorEngine;

/// <summary>
/// Validates hyperparameters in the <c>init</c> accessors of options. Each method returns the value, or throws an exception that names the
/// property, the value and the allowed range.
/// </summary>
/// <example><c>public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;</c></example>
public static class HyperParameter
{
    /// <summary>Requires a value of at least 0 that is finite as a float.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The property or argument; by default the calling member.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public static double NonNegative(double value, [CallerMemberName] string name = "") =>
        value >= 0 && float.IsFinite((float)value) ? value : throw Outside(value, name, "at least 0 and finite as a float");

    /// <summary>Requires a value of at most 0 that is finite as a float.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The property or argument; by default the calling member.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is positive, NaN or not finite as a float.</exception>
    public static double NonPositive(double value, [CallerMemberName] string name = "") =>
        value <= 0 && float.IsFinite((float)value) ? value : throw Outside(value, name, "at most 0 and finite as a float");

    /// <summary>Requires a value above 0 that is finite as a float.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The property or argument; by default the calling member.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite as a float.</exception>
    public static double Positive(double value, [CallerMemberName] string name = "") =>
        value > 0 && float.IsFinite((float)value) ? value : throw Outside(value, name, "above 0 and finite as a float");

    /// <summary>Requires a value that is finite as a float.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The property or argument; by default the calling member.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    public static double Finite(double value, [CallerMemberName] string name = "") =>
        float.IsFinite((float)value) ? value : throw Outside(value, name, "finite as a float");

    /// <summary>Requires a value of at least a bound that is finite as a float.</summary>
    /// <param name="least">The smallest allowed value.</param>
    /// <param name="value">The value.</param>
    /// <param name="name">The property or argument; by default the calling member.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is below the bound, NaN or not finite as a float.</exception>
    public static double AtLeast(double least, double value, [CallerMemberName] string name = "") =>
        value >= least && float.IsFinite((float)value)
            ? value
            : throw Outside(value, name, string.Create(CultureInfo.InvariantCulture, $"at least {least} and finite as a float"));

    /// <summary>Requires a value in [0, 1), such as the decay rate of an average.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The property or argument; by default the calling member.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public static double InUnitInterval(double value, [CallerMemberName] string name = "") =>
        value is >= 0 and < 1 ? value : throw Outside(value, name, "at least 0 and below 1");

    /// <summary>Requires a value in [0, 1], such as the weight of one of two things.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The property or argument; by default the calling member.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1].</exception>
    public static double InClosedUnitInterval(double value, [CallerMemberName] string name = "") =>
        value is >= 0 and <= 1 ? value : throw Outside(value, name, "at least 0 and at most 1");

    /// <summary>Requires a value in (0, 1), such as a decay rate that may not be 0.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The property or argument; by default the calling member.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in (0, 1).</exception>
    public static double InOpenUnitInterval(double value, [CallerMemberName] string name = "") =>
        value is > 0 and < 1 ? value : throw Outside(value, name, "above 0 and below 1");

    private static ArgumentOutOfRangeException Outside(double value, string name, string allowed) =>
        new(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {allowed}."));
}
