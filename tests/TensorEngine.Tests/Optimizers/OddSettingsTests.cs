using NUnit.Framework;
using TensorEngine.Tests.Goldens;

namespace TensorEngine.Tests.Optimizers;

/// <summary>
/// Where our optimizers end at settings that were drawn from a seed, next to PyTorch 2.6 in float32, both measured from PyTorch's float64
/// run: at most 1.5 times PyTorch's error and 2 ULP. See Goldens/record_odd_settings.py for what was drawn.
/// </summary>
/// <remarks>
/// Elements are compared with those that fared alike in PyTorch's float32 run, as the largest error of those that it lost to overflow or
/// to cancellation would allow the others anything. What is compared is the largest error on the way and both means; the largest error at
/// the end is a matter of how close to 0 an element happened to come (see <see cref="TorchTests"/>).
/// </remarks>
public sealed class OddSettingsTests
{
    private const string SameError = "PyTorch's error is the recorded one";

    private static readonly OddFates[] s_fates = [OddFates.None, OddFates.Beyond, OddFates.Strayed];

    [TestCaseSource(typeof(RecordedOddSettings), nameof(RecordedOddSettings.All))]
    public void TheErrorIsThatOfTorchOrLess(OddSetting setting)
    {
        var comparison = new OddComparison(setting);
        TestContext.Out.WriteLine(setting.Description);
        Assert.Multiple(() =>
        {
            Assert.That(comparison.Unread, Is.Empty, "OddOptimizers does not map these options.");
            foreach (OddTrack track in setting.Tracks)
            {
                OddErrors recorded = OddComparison.TorchErrorsOf(track, OddFates.None);
                Assert.That(recorded.OnTheWay, Is.EqualTo(track.TorchErrors.OnTheWay).Within(0.1).Percent, SameError);
                Assert.That(recorded.MeanAtTheEnd, Is.EqualTo(track.TorchErrors.MeanAtTheEnd).Within(0.1).Percent, SameError);
                Assert.That(recorded.Mean, Is.EqualTo(track.TorchErrors.Mean).Within(0.1).Percent, SameError);
                Assert.That(comparison.NaNs(track).Take(5), Is.Empty, track.Of);
                foreach (OddFates fate in s_fates)
                    Compare(comparison, track, fate, OddDifferences.All.GetValueOrDefault((setting.Name, fate), OddDifferences.None));
            }
        });
    }

    [Test]
    public void EveryOptimizerIsRecordedAtFortySettings()
    {
        Dictionary<string, int> counts = RecordedOddSettings.All.CountBy(setting => setting.Optimizer).ToDictionary();
        Assert.That(counts, Has.Count.EqualTo(15));
        Assert.That(counts.Values, Is.All.AtLeast(40));
    }

    [Test]
    public void EveryListedDifferenceIsOfARecordedSetting() =>
        Assert.That(OddDifferences.All.Keys.Select(key => key.Setting), Is.SubsetOf(RecordedOddSettings.All.Select(one => one.Name)));

    private static void Compare(OddComparison comparison, OddTrack track, OddFates fate, (double Factor, string Reason) allowed)
    {
        OddErrors ours = comparison.ErrorsOf(track, fate), torch = OddComparison.TorchErrorsOf(track, fate);
        double share = double.IsInfinity(allowed.Factor) ? 0 : ours.ShareOf(torch, allowed.Factor);
        string report = $"{track.Of}, {fate}: {ours}; PyTorch {torch}; {comparison.Worst(track, fate)}{allowed.Reason}";
        TestContext.Out.WriteLine($"{report} [{share:F3}]");
        Assert.That(share, Is.LessThanOrEqualTo(1), report);
    }
}
