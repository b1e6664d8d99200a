using NUnit.Framework;
using TensorEngine.Checks;
using TensorEngine.UserCode;
using TensorEngine.UserCode.Broken;

namespace TensorEngine.Tests.Rules;

/// <summary>Functions that keep the promises pass the check, and each broken promise is named.</summary>
public sealed class FunctionCheckTests
{
    private static readonly Promise[] s_all =
    [
        Promise.SameBitsInEveryRun, Promise.SameBitsAnywhere, Promise.SameBitsAtEveryWidth, Promise.SameBitsWithThreads, Promise.NothingAllocated,
    ];

    [Test]
    public void FunctionsThatKeepThePromisesPass()
    {
        CheckReport[] reports =
        [
            FunctionCheck.OfUnary(default(HardSwish)), FunctionCheck.OfUnary(default(Swish)), FunctionCheck.OfBinary(default(HardSwishGradient)), FunctionCheck.OfTernary(new Blend(0.3)),
        ];

        foreach (CheckReport report in reports)
        {
            Assert.That(report.Passed, Is.True, report.ToString());
            Assert.That(report.Kept, Is.EquivalentTo(s_all));
        }
    }

    [Test]
    public void AFunctionThatReadsTheWidthIsNamed() => AssertBroken(
        FunctionCheck.OfUnary(default(WidthFunction)), Promise.SameBitsAtEveryWidth, "element 0 of 4, 4 lanes: expected 0xBD6AF3A9 (-0.05736128)");

    [Test]
    public void AFunctionThatCountsItsCallsIsNamed() => AssertBroken(
        FunctionCheck.OfBinary(default(CountingFunction)), Promise.SameBitsInEveryRun, "second call, element 0 of 12289, 1 lane");

    [Test]
    public void AFunctionThatMakesGarbageIsNamed() => AssertBroken(
        FunctionCheck.OfTernary(default(AllocatingFunction)), Promise.NothingAllocated, "64 calls of a function: expected 0 bytes allocated");

    private static void AssertBroken(CheckReport report, Promise promise, string message)
    {
        Assert.That(report.Failures.Select(failure => failure.Promise).Distinct(), Is.EqualTo(new[] { promise }), report.ToString());
        Assert.That(report.Failures[0].ToString(), Does.Contain(message));
    }
}
