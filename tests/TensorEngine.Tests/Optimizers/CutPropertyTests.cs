using CsCheck;
using NUnit.Framework;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>A step over elements that are cut anywhere, any number of times, at any width and alignment, is the step over all of them.</summary>
public sealed class CutPropertyTests
{
    private const int Length = 300;

    [TestCaseSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))]
    public void PiecesGiveTheBitsOfTheWhole(OptimizerCase optimizer) =>
        Gen.Select(Gen.Int[0, Length].Array[0, 8], Gen.Int[0, ForcedWidth.All.Length - 1], Gen.Int, Gen.Bool).Sample(
            (cuts, one, seed, isSpecial) =>
            {
                var random = new Random(seed);
                StepArrays before = TestData.Create(optimizer, Length, isSpecial ? Content.Special : Content.Ordinary, random);
                var expected = new StepArrays(before);
                using (new ForcedWidth(1))
                    optimizer.Step(expected.All, TestData.NextStep);
                var actual = new StepArrays(before, random);
                using (new ForcedWidth(ForcedWidth.All[one]))
                {
                    int[] ends = [.. cuts.Order(), Length];
                    for (int i = 0, start = 0; i < ends.Length; start = ends[i++])
                        optimizer.Step(actual.Slice(start, ends[i] - start), TestData.NextStep);
                }

                for (int buffer = 0; buffer < actual.Count; buffer++)
                {
                    for (int i = 0; i < Length; i++)
                    {
                        if (!Bits.Same(actual[buffer][i], expected[buffer][i]))
                            return false;
                    }
                }

                return true;
            },
            iter: 8,
            threads: 1);
}
