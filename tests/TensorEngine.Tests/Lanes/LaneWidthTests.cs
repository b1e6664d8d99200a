using System.Globalization;
using NUnit.Framework;
using TensorEngine.Lanes;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Lanes;

public sealed class LaneWidthTests
{
    /// <summary>
    /// Where the width is known, as in a run with AVX-512 switched off, TENSORENGINE_EXPECTED_LANE_WIDTH says what it must be.
    /// </summary>
    [Test]
    public void TheWidthIsTheExpectedOne()
    {
        string? expected = Environment.GetEnvironmentVariable("TENSORENGINE_EXPECTED_LANE_WIDTH");
        if (string.IsNullOrEmpty(expected))
            Assert.That(LaneWidth.Current, Is.AnyOf(16, 8, 4, 1));
        else
            Assert.That(LaneWidth.Current, Is.EqualTo(int.Parse(expected, CultureInfo.InvariantCulture)));
    }

    [Test]
    public void AForcedWidthIsReportedUntilItIsTakenBack([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        int before = LaneWidth.Current;
        using (new ForcedWidth(width))
            Assert.That(LaneWidth.Current, Is.EqualTo(width));
        Assert.That(LaneWidth.Current, Is.EqualTo(before));
    }

    [TestCase(2)]
    [TestCase(-1)]
    [TestCase(32)]
    public void OtherWidthsCannotBeForced(int width)
    {
        int before = LaneWidth.Current;
        Refusal.OfArgument<ArgumentOutOfRangeException>("width", () => LaneWidth.Force(width), "16, 8, 4 or 1", $"{width}");
        Assert.That(LaneWidth.Current, Is.EqualTo(before));
    }
}
