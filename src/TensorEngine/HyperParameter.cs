using System.Globalization;
using System.Runtime.CompilerServices;

namespace TensorEngine;

/// <summary>
/// The ranges of hyper-parameters, for the <c>init</c> accessors of options: each returns the value, or throws an error that names the
/// property, the value and what is allowed.
/// </summary>
/// <example><c>public double Beta1 { get; init => field = HyperParameter.InUnitInterval(value); } = 0.9;</c></example>
public static class HyperParameter
{
    /// <summary>At least 0, and finite as a float.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The property or argument; by default the calling member.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public static double NonNegative(double value, [CallerMemberName] string name = "") =>
        value >= 0 && float.IsFinite((float)value) ? value : throw Outside(value, name, "at least 0 and finite as a float");

    /// <summary>At most 0, and finite as a float.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The property or argument; by default the calling member.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is positive, NaN or not finite as a float.</exception>
    public static double NonPositive(double value, [CallerMemberName] string name = "") =>
        value <= 0 && float.IsFinite((float)value) ? value : throw Outside(value, name, "at most 0 and finite as a float");

    /// <summary>Above 0, and finite as a float.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The property or argument; by default the calling member.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0, or not finite as a float.</exception>
    public static double Positive(double value, [CallerMemberName] string name = "") =>
        value > 0 && float.IsFinite((float)value) ? value : throw Outside(value, name, "above 0 and finite as a float");

    /// <summary>Finite as a float.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The property or argument; by default the calling member.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    public static double Finite(double value, [CallerMemberName] string name = "") =>
        float.IsFinite((float)value) ? value : throw Outside(value, name, "finite as a float");

    /// <summary>At least a bound, and finite as a float.</summary>
    /// <param name="least">The smallest value that is allowed.</param>
    /// <param name="value">The value.</param>
    /// <param name="name">The property or argument; by default the calling member.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is below the bound, NaN or not finite as a float.</exception>
    public static double AtLeast(double least, double value, [CallerMemberName] string name = "") =>
        value >= least && float.IsFinite((float)value)
            ? value
            : throw Outside(value, name, string.Create(CultureInfo.InvariantCulture, $"at least {least} and finite as a float"));

    /// <summary>In [0, 1): how much of an average is kept.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The property or argument; by default the calling member.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in [0, 1).</exception>
    public static double InUnitInterval(double value, [CallerMemberName] string name = "") =>
        value is >= 0 and < 1 ? value : throw Outside(value, name, "at least 0 and below 1");

    /// <summary>In (0, 1): how much of an average is kept where some has to be.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The property or argument; by default the calling member.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in (0, 1).</exception>
    public static double InOpenUnitInterval(double value, [CallerMemberName] string name = "") =>
        value is > 0 and < 1 ? value : throw Outside(value, name, "above 0 and below 1");

    private static ArgumentOutOfRangeException Outside(double value, string name, string allowed) =>
        new(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {allowed}."));
}
