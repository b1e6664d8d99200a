using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Goldens;

namespace TensorEngine.Tests.Optimizers;

/// <summary>
/// Our float32 trajectories against the float64 ones that PyTorch recorded, next to PyTorch's own float32 error: at most 1.5
/// times that and 2 ULP, and NaN exactly where PyTorch has NaN. Errors are in ULP of max(|p|, |update|), as in
/// Goldens/golden_files.py, and also in ULP of the largest of those on the way.
/// </summary>
/// <remarks>
/// Where a value has come from large numbers to nearly 0, its error stems from roundings at those large numbers, and in ULP of
/// the little that is left of it becomes as large as it happened to come close to 0. The largest error of nearly every
/// recording is of that kind, and its ratio to PyTorch's a matter of luck: there only the second measure is compared. The few
/// elements at which one unit becomes thousands (<see cref="Luck"/>) are left out for both.
/// </remarks>
public sealed class TorchTests
{
    // Of 81.
    private const int MostLeftOut = 4;

    public static IEnumerable<TestCaseData> Recorded =>
        from row in OptimizerCatalog.Rows
        from recorded in RecordedComparison.RecordingsOf(row)
        select new TestCaseData(row, recorded).SetArgDisplayNames(row.Optimizer.Name, recorded.Name);

    public static IEnumerable<IOptimizerRow> RowsOfTorch => OptimizerCatalog.Rows.Where(row => row.TorchName is not null);

    public static IEnumerable<TestCaseData> RecordedAverages =>
        Recorded.Where(data => data.Arguments[0] is IOptimizerRow row && row.Optimizer == typeof(Asgd));

    [TestCaseSource(nameof(Recorded))]
    public void TheErrorIsThatOfTorchOrLess(IOptimizerRow row, RecordedCase recorded)
    {
        var comparison = new RecordedComparison(row, recorded);
        Assert.That(comparison.UnreadOptions.Unread, Is.Empty, "The catalog's row does not map these options.");
        (TrajectoryErrors ours, TrajectoryErrors torch) = (comparison.Ours, comparison.Torch);

        TestContext.Out.WriteLine($"ours: {ours}");
        TestContext.Out.WriteLine($"torch: {torch}; {comparison.LeftOut} elements left out");
        Assert.Multiple(() =>
        {
            Assert.That(
                comparison.TorchEverywhere.Largest, Is.EqualTo(recorded.TorchError).Within(0.1).Percent, "PyTorch's error is the recorded one");
            Assert.That(comparison.LeftOut, Is.AtMost(MostLeftOut), "elements whose error is a matter of luck");
            Assert.That(ours.LargestAwayFromZero, Is.LessThanOrEqualTo(1.5 * torch.Largest + 2), "largest");
            Assert.That(ours.Mean, Is.LessThanOrEqualTo(1.5 * torch.Mean + 2), "mean");
            Assert.That(ours.LargestOnTheWay, Is.LessThanOrEqualTo(1.5 * torch.LargestOnTheWay + 2), "of the largest on the way");
        });
    }

    [TestCaseSource(nameof(RecordedAverages))]
    public void TheErrorOfAsgdsAverageIsThatOfTorchOrLess(IOptimizerRow row, RecordedCase recorded)
    {
        var comparison = new RecordedComparison(row, recorded);
        (TrajectoryErrors ours, TrajectoryErrors torch) = (comparison.OurAverage, comparison.TorchAverage);

        TestContext.Out.WriteLine($"ours: {ours}");
        TestContext.Out.WriteLine($"torch: {torch}");
        Assert.Multiple(() =>
        {
            Assert.That(torch.Largest, Is.EqualTo(recorded.AverageTorchError).Within(0.1).Percent, "PyTorch's error is the recorded one");
            Assert.That(ours.Largest, Is.LessThanOrEqualTo(1.5 * torch.Largest + 2), "largest");
            Assert.That(ours.Mean, Is.LessThanOrEqualTo(1.5 * torch.Mean + 2), "mean");
            Assert.That(ours.LargestOnTheWay, Is.LessThanOrEqualTo(1.5 * torch.LargestOnTheWay + 2), "of the largest on the way");
        });
    }

    [TestCaseSource(nameof(RowsOfTorch))]
    public void AtLeastSixSettingsAreRecorded(IOptimizerRow row) => Assert.That(RecordedComparison.RecordingsOf(row).Count(), Is.AtLeast(6));
}
