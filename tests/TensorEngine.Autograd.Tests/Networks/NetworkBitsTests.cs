using NUnit.Framework;
using TensorEngine.Tests.Support;

namespace TensorEngine.Autograd.Tests.Networks;

/// <summary>Whole trainings: one digest at every width, with any number of threads, and resumed in the middle; no allocation.</summary>
[TestFixtureSource(typeof(NetworkCatalog), nameof(NetworkCatalog.All))]
public sealed class NetworkBitsTests(NetworkCase network)
{
    private const int Steps = 50;

    [Test]
    public void EveryWidthGivesTheRecordedDigest()
    {
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            var training = new Training(network);
            Assert.That(training.Run(Steps), Is.LessThan(1.5));
            Assert.That(training.Sha256, Is.EqualTo(network.Sha256), $"width {width}");
        }
    }

    [Test]
    public void EveryNumberOfThreadsGivesTheRecordedDigest([Values(2, 3, 16)] int threads)
    {
        using var workers = new Workers(threads) { ShareAll = true };
        var training = new Training(network, workers);
        training.Run(Steps);
        Assert.That(training.Sha256, Is.EqualTo(network.Sha256));
    }

    /// <summary>After 23 of them: in the middle of an epoch.</summary>
    [Test]
    public void ARunThatIsResumedEndsWithTheRecordedDigest()
    {
        var interrupted = new Training(network);
        interrupted.Run(23);
        using var saved = new MemoryStream();
        interrupted.Save(saved);
        saved.Position = 0;
        var resumed = new Training(network);
        resumed.Load(saved);
        resumed.Run(Steps - 23);
        Assert.That(resumed.Sha256, Is.EqualTo(network.Sha256));
    }

#if !DEBUG
    // Without optimization a collection expression of constants allocates where it is written.
    [Test]
    public void StepsAllocateNothing()
    {
        var training = new Training(network);
        training.Run(14);
        long least = long.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            training.Run(14);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(least, Is.Zero);
    }
#endif
}
