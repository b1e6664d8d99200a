using NUnit.Framework;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>The static steps have the same bits at every width, length and alignment, and in pieces.</summary>
public sealed class BitTests
{
    private const int Longest = 257;

    /// <summary>
    /// For every k from 0 to 257: stepping the first k elements gives what a step of one element at a time gives, and leaves
    /// the others as they are; stepping the others then completes it. Every buffer starts at an alignment of its own.
    /// </summary>
    [Test]
    public void EveryLengthAndSplitGivesTheSameBits(
        [ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer,
        [ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width,
        [Values] Content content)
    {
        var random = new Random(20240301);
        StepArrays before = TestData.Create(optimizer, Longest, content, random);
        var expected = new StepArrays(before);
        using (new ForcedWidth(1))
            optimizer.Step(expected.All, TestData.NextStep);

        using var _ = new ForcedWidth(width);
        var actual = new StepArrays(before);
        for (int k = 0; k <= Longest; k++)
        {
            actual.CopyFrom(before, random);
            optimizer.Step(actual.Slice(0, k), TestData.NextStep);
            actual.AssertSame(expected, 0, k, $"elements 0 to {k}");
            actual.AssertSame(before, k, Longest, $"elements after {k}, which nobody has stepped");

            optimizer.Step(actual.Slice(k, Longest - k), TestData.NextStep);
            actual.AssertSame(expected, $"elements 0 to {k}, then {k} to {Longest}");
            actual.AssertCanaries($"{k} of {Longest} elements");
        }
    }
}
