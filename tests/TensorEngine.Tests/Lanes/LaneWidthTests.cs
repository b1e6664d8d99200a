using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using NUnit.Framework;
using TensorEngine.Lanes;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Lanes;

public sealed class LaneWidthTests
{
    private static readonly string[] s_flagsOf8 = ["avx", "avx2", "fma"];
    private static readonly string[] s_flagsOf16 = [.. s_flagsOf8, "avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl"];

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

    /// <summary>
    /// Linux reports what it lets programs use. AVX-512 and AVX2 count although .NET is told not to use them; without any hardware
    /// intrinsics the processor cannot be asked.
    /// </summary>
    [Test]
    [Platform("Linux")]
    public void TheProcessorHasTheWidthThatLinuxReports()
    {
        string flags = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal), "");
        string[] words = flags.Split(' ');
        int reported = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.Arm64 => 4,
            _ when !X86Base.IsSupported => 1,
            _ when s_flagsOf16.All(words.Contains) => 16,
            _ when s_flagsOf8.All(words.Contains) => 8,
            _ => 4,
        };
        Assert.That(LaneWidth.Processor, Is.EqualTo(reported));
    }

    [Test]
    public void TheWidthInUseIsAtMostTheProcessors() => Assert.That(LaneWidth.Current, Is.LessThanOrEqualTo(LaneWidth.Processor));

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
