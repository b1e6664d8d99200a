using NUnit.Framework;
using TensorEngine.Tests.Catalog;

namespace TensorEngine.Tests.Optimizers;

/// <summary>Float against the double-precision oracle. The bounds stand in the catalog and in the optimizers' documentation.</summary>
public sealed class TruthTests
{
    private const int Elements = 4096;
    private const int Seed = 1;

    [Test]
    public void AfterTheFirstStepAndAfter100StepsTheErrorIsWithinTheBound(
        [ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer)
    {
        var trajectory = new Trajectory(optimizer, Elements, Seed);

        trajectory.StepTo(1);
        double first = trajectory.Error;
        trajectory.StepTo(100);
        double hundred = trajectory.ErrorOfLargest;

        TestContext.Out.WriteLine($"{first:F2} ULP after the first step, {hundred:F2} after 100");
        Assert.Multiple(() =>
        {
            Assert.That(first, Is.LessThanOrEqualTo(optimizer.Bound.First), "ULP of max(|p|, |update|) after the first step");
            Assert.That(hundred, Is.LessThanOrEqualTo(optimizer.Bound.Hundred), "ULP of the largest |p| or |update| after 100 steps");
        });
    }
}
