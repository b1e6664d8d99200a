using NUnit.Framework;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests;

/// <summary>Each range, at both sides of every bound.</summary>
public sealed class HyperParameterTests
{
    private const double Beyond = 3.5e38;

    private static readonly Dictionary<string, Func<double, double>> s_ranges = new(StringComparer.Ordinal)
    {
        ["NonNegative"] = value => HyperParameter.NonNegative(value, "it"),
        ["NonPositive"] = value => HyperParameter.NonPositive(value, "it"),
        ["Positive"] = value => HyperParameter.Positive(value, "it"),
        ["Finite"] = value => HyperParameter.Finite(value, "it"),
        ["AtLeast"] = value => HyperParameter.AtLeast(-2, value, "it"),
        ["InUnitInterval"] = value => HyperParameter.InUnitInterval(value, "it"),
        ["InClosedUnitInterval"] = value => HyperParameter.InClosedUnitInterval(value, "it"),
        ["InOpenUnitInterval"] = value => HyperParameter.InOpenUnitInterval(value, "it"),
    };

    [TestCase("NonNegative", new[] { 0, double.Epsilon, 3.4e38 }, new[] { -double.Epsilon, Beyond })]
    [TestCase("NonPositive", new[] { 0, -double.Epsilon, -3.4e38 }, new[] { double.Epsilon, -Beyond })]
    [TestCase("Positive", new[] { double.Epsilon, 3.4e38 }, new[] { 0, -1, Beyond })]
    [TestCase("Finite", new[] { 0, -3.4e38, 3.4e38 }, new[] { -Beyond, Beyond })]
    [TestCase("AtLeast", new[] { -2, 3.4e38 }, new[] { -2.0000000000000004, Beyond })]
    [TestCase("InUnitInterval", new[] { 0, 0.99999999999999989 }, new[] { -double.Epsilon, 1 })]
    [TestCase("InClosedUnitInterval", new[] { 0.0, 1 }, new[] { -double.Epsilon, 1.0000000000000002 })]
    [TestCase("InOpenUnitInterval", new[] { double.Epsilon, 0.99999999999999989 }, new[] { 0.0, 1 })]
    public void TheBoundsAreWhereTheDocumentationHasThem(string range, double[] inside, double[] outside)
    {
        foreach (double value in inside)
            Assert.That(s_ranges[range](value), Is.EqualTo(value));
        foreach (double value in outside.Append(double.NaN))
            Refusal.OfArgument<ArgumentOutOfRangeException>("it", () => s_ranges[range](value), "it is ", "; it must be ");
    }
}
