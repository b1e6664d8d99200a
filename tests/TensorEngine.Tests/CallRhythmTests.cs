using NUnit.Framework;

namespace TensorEngine.Tests;

/// <summary>How long helpers look for work, and when they are woken; times are in nanoseconds.</summary>
public sealed class CallRhythmTests
{
    private const long MostSpin = 300_000;
    private const long Work = 10_000;

    [Test]
    public void NothingIsKnownAtFirst() => Assert.That(new CallRhythm(now: 7, MostSpin).LooksUntil, Is.EqualTo(7 + MostSpin));

    [Test]
    public void HelpersLookForFourTimesTheLongestPauseOfLate()
    {
        long end = CallsWithPauses(20_000, out CallRhythm rhythm);
        Assert.That(rhythm.LooksUntil - end, Is.EqualTo(80_000).Within(4_000));
    }

    [TestCase(1_000, 50_000)]
    [TestCase(200_000, MostSpin)]
    public void HelpersLookNeitherLessThanTheLeastNorLongerThanTheyMay(long pause, long expected)
    {
        long end = CallsWithPauses(pause, out CallRhythm rhythm);
        Assert.That(rhythm.LooksUntil - end, Is.EqualTo(expected));
    }

    [Test]
    public void ALongPauseIsNoReasonToLookLonger()
    {
        long end = CallsWithPauses(40_000, out CallRhythm rhythm);
        long before = rhythm.LooksUntil - end;
        rhythm.Begin(end + MostSpin + 1, Work);
        end += MostSpin + Work;
        rhythm.End(end);
        Assert.That(rhythm.LooksUntil - end, Is.EqualTo(before / 2).Within(8));
    }

    /// <summary>A wake is taken to cost 30 microseconds at first.</summary>
    [Test]
    public void HelpersAreWokenForTwentyTimesWhatItTakes()
    {
        var rhythm = new CallRhythm(now: 0, MostSpin);
        Assert.That(rhythm.IsWorthWaking(599_999), Is.False);
        Assert.That(rhythm.IsWorthWaking(1), Is.True, "with what was done alone before");
        Assert.That(rhythm.IsWorthWaking(599_999), Is.False, "from the beginning");
    }

    [Test]
    public void ACallerThatComesRarelyWakesNobodyForShortCalls()
    {
        var rhythm = new CallRhythm(now: 0, MostSpin);
        for (int i = 1; i <= 100; i++)
        {
            rhythm.Begin(i * 2_000_000L, 20_000);
            Assert.That(rhythm.IsWorthWaking(20_000), Is.False);
        }
    }

    [Test]
    public void ACallerThatComesAgainSoonWakesThem()
    {
        var rhythm = new CallRhythm(now: 0, MostSpin);
        int calls = 0;
        do
        {
            calls++;
            rhythm.Begin(calls * 30_000L, 20_000);
        }
        while (!rhythm.IsWorthWaking(20_000) && calls < 1000);

        Assert.That(calls, Is.EqualTo(30));
    }

    [Test]
    public void WhatWasDoneAloneBeforeALongPauseDoesNotCount()
    {
        var rhythm = new CallRhythm(now: 0, MostSpin);
        Assert.That(rhythm.IsWorthWaking(599_999), Is.False);
        rhythm.Begin(MostSpin + 1, Work);
        Assert.That(rhythm.IsWorthWaking(599_999), Is.False);
    }

    [TestCase(10_000, 200_000)]
    [TestCase(1, 40_000)]
    [TestCase(long.MaxValue / 8, 1_200_000)]
    public void WhatWakingTakesIsLearnt(long took, long expected)
    {
        var rhythm = new CallRhythm(now: 0, MostSpin);
        for (int i = 0; i < 200; i++)
            rhythm.Rang(took);
        Assert.That(rhythm.IsWorthWaking(expected - 100), Is.False);
        Assert.That(rhythm.IsWorthWaking(200), Is.True);
    }

    /// <summary>Many calls with equal pauses; returns when the last one ended.</summary>
    private static long CallsWithPauses(long pause, out CallRhythm rhythm)
    {
        long now = 0;
        rhythm = new CallRhythm(now, MostSpin);
        for (int i = 0; i < 1000; i++)
        {
            now += pause;
            rhythm.Begin(now, Work);
            now += Work;
            rhythm.End(now);
        }

        return now;
    }
}
