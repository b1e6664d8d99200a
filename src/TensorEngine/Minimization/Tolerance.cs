using System.Runtime.CompilerServices;

namespace TensorEngine.Minimization;

/// <summary>The check of a tolerance, which stays double.</summary>
internal static class Tolerance
{
    public static double Of(double value, [CallerMemberName] string name = "") =>
        value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be at least 0 and finite.");
}
