using NUnit.Framework;

namespace TensorEngine.Tests;

/// <summary>What threads learn from calls: for which lengths sharing pays, and whether waking does.</summary>
public sealed class SharingTrialTests
{
    /// <summary>Calls that cost so much more when they are shared, and take half the time.</summary>
    [TestCase(4_000, 1_000, true)]
    [TestCase(4_000, 3_000, false)]
    [TestCase(16_000, 6_000, true)]
    [TestCase(16_000, 10_000, false)]
    [TestCase(200_000, 120_000, false)]
    [TestCase(200_000, 60_000, true)]
    [TestCase(1_000_000, 600_000, true)]
    public void CallsAreSharedWhereItPays(int nanoseconds, int costOfSharing, bool pays)
    {
        var trial = new SharingTrial();
        var random = new TestNumbers();
        long now = 0;
        int shared = 0;
        const int Calls = 60_000;
        for (int i = 0; i < Calls; i++)
        {
            bool isShared = trial.Count(now, nanoseconds, isFirst: i % 1000 == 0);
            now += (isShared ? nanoseconds / 2 + costOfSharing : nanoseconds) + random.Next() % (nanoseconds / 50);
            // A row in twenty is disturbed.
            now += random.Next() % 1_280 == 0 ? 10_000_000 : 0;
            shared += isShared && i > Calls / 2 ? 1 : 0;
        }

        // But for what is tried from time to time.
        Assert.That(shared / (Calls / 2.0), pays ? Is.GreaterThan(0.7) : Is.LessThan(0.3));
    }

    [TestCase(1_000, true)]
    [TestCase(12_000, false)]
    public void TrialsBecomeRareWhileNothingChanges(int costOfSharing, bool pays)
    {
        (double early, double late) = WronglyDone(costOfSharing, pays);
        Assert.Multiple(() =>
        {
            Assert.That(early, Is.GreaterThan(0.1));
            Assert.That(late, Is.LessThan(0.01));
        });
    }

    [Test]
    public void WhatChangesIsNoticed()
    {
        var trial = new SharingTrial();
        long now = 0;
        int shared = 0;
        for (int i = 0; i < 600_000; i++)
        {
            bool isShared = trial.Count(now, 16_000, isFirst: false);
            // From the middle on sharing costs more than it gains.
            now += isShared ? i < 300_000 ? 9_000 : 20_000 : 16_000;
            shared += isShared && i >= 500_000 ? 1 : 0;
        }

        Assert.That(shared / 100_000.0, Is.LessThan(0.2));
    }

    // The share of calls that are not done as they are best done, in the first hundredth and in the last tenth.
    private static (double Early, double Late) WronglyDone(int costOfSharing, bool pays)
    {
        var trial = new SharingTrial();
        long now = 0;
        int early = 0, late = 0;
        const int Calls = 1_000_000;
        for (int i = 0; i < Calls; i++)
        {
            bool isShared = trial.Count(now, 16_000, isFirst: false);
            now += isShared ? 8_000 + costOfSharing : 16_000;
            early += isShared != pays && i < Calls / 100 ? 1 : 0;
            late += isShared != pays && i >= Calls / 10 * 9 ? 1 : 0;
        }

        return (early / (Calls / 100.0), late / (Calls / 10.0));
    }

    [Test]
    public void EachLengthIsTriedByItself()
    {
        var trial = new SharingTrial();
        long now = 0;
        int shortShared = 0, longShared = 0;
        for (int i = 0; i < 100_000; i++)
        {
            bool isLong = i % 2 == 1;
            bool isShared = trial.Count(now, isLong ? 50_000 : 20_000, isFirst: false);
            now += isLong ? isShared ? 30_000 : 50_000 : isShared ? 25_000 : 20_000;
            if (i > 50_000 && isShared)
                (shortShared, longShared) = isLong ? (shortShared, longShared + 1) : (shortShared + 1, longShared);
        }

        Assert.Multiple(() =>
        {
            Assert.That(shortShared / 25_000.0, Is.LessThan(0.3));
            Assert.That(longShared / 25_000.0, Is.GreaterThan(0.7));
        });
    }

    private sealed class TestNumbers
    {
        private ulong _state = 1;

        public long Next() => (long)((_state = _state * 6364136223846793005 + 1442695040888963407) >> 33);
    }
}
