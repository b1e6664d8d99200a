using NUnit.Framework;

namespace TensorEngine.Distributed.Tests;

public sealed class TransportTests
{
    [Test]
    public void AllGatherHasTheOrderOfTheRanks([Values(1, 2, 3, 5)] int size) => InProcessTransport.Run(size, transport =>
    {
        int[] all = new int[2 * size];
        transport.AllGather<int>([transport.Rank, -transport.Rank], all);
        Assert.That(all, Is.EqualTo(Enumerable.Range(0, size).SelectMany(rank => new[] { rank, -rank })));

        int[] cuts = [.. Enumerable.Range(0, size + 1).Select(rank => rank * (rank + 1) / 2)];
        double[] parts = new double[cuts[^1] + 1];
        parts.AsSpan(cuts[transport.Rank]..cuts[transport.Rank + 1]).Fill(transport.Rank + 1);
        transport.AllGatherInPlace<double>(parts, cuts);
        Assert.That(parts, Is.EqualTo(Enumerable.Range(0, size).SelectMany(rank => Enumerable.Repeat(rank + 1.0, rank + 1)).Append(0)));
        Assert.That(() => transport.AllGatherInPlace<double>(parts, cuts.AsSpan(1)), Throws.ArgumentException.With.Message.Contains("cuts has"));
        Assert.That(() => transport.AllGather<int>([1], new int[size + 1]), Throws.ArgumentException.With.Message.Contains("all has"));
    });

    [Test]
    public void AllToAllTransposes([Values(1, 2, 3, 4)] int size) => InProcessTransport.Run(size, transport =>
    {
        int[] send = [.. Enumerable.Range(0, size).Select(to => 10 * transport.Rank + to)], received = new int[size];
        transport.AllToAll<int>(send, received);
        Assert.That(received, Is.EqualTo(Enumerable.Range(0, size).Select(from => 10 * from + transport.Rank)));
        Assert.That(() => transport.AllToAll<int>(send, new int[size + 1]), Throws.ArgumentException);
    });

    [Test]
    public void BroadcastBringsTheRootsElements([Values(1, 2, 4)] int size) => InProcessTransport.Run(size, transport =>
    {
        for (int root = 0; root < size; root++)
        {
            float[] values = [transport.Rank, 2 * transport.Rank];
            transport.Broadcast<float>(values, root);
            Assert.That(values, Is.EqualTo(new float[] { root, 2 * root }));
        }

        Assert.That(() => transport.Broadcast<float>([], size), Throws.InstanceOf<ArgumentOutOfRangeException>());
    });

    /// <summary>In another order of the ranks this sum is another.</summary>
    [Test]
    public void SumsAreAddedInTheOrderOfTheRanks() => InProcessTransport.Run(4, transport =>
    {
        double[] parts = [1e16, 1, 1, -1e16];
        double[] values = [parts[transport.Rank], transport.Rank];
        transport.Sum(values);
        Assert.That(values, Is.EqualTo(new[] { 1e16 + 1 + 1 - 1e16, 6 }));
        transport.Barrier();
        Assert.That(transport.BytesSent, Is.EqualTo(3 * 17));
    });

    [Test]
    public void MessagesOfOtherLengthsAreRefused() => InProcessTransport.Run(2, transport =>
    {
        byte[] all = new byte[2 * (transport.Rank + 1)];
        if (transport.Rank == 1)
        {
            Assert.That(
                () => transport.AllGather<byte>(new byte[2], new byte[4]),
                Throws.InstanceOf<TransportException>().With.Message.Contains("has sent 1 bytes"));
        }
        else
        {
            Assert.That(() => transport.AllGather<byte>(new byte[1], all), Throws.InstanceOf<TransportException>());
        }
    });
}
