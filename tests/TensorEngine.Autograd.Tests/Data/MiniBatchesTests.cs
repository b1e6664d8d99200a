using NUnit.Framework;
using TensorEngine.Autograd.Data;
using TensorEngine.Checkpoints;
using TensorEngine.Generators;

namespace TensorEngine.Autograd.Tests.Data;

/// <summary>Every epoch has everything once; a run that is resumed goes on with the same batches.</summary>
public sealed class MiniBatchesTests
{
    [TestCase(false)]
    [TestCase(true)]
    public void EveryEpochDealsOutEverythingInAnotherOrder(bool dropLast)
    {
        var batches = new MiniBatches(10, 3, new Philox(7), dropLast);
        var orders = new List<int[]>();
        for (int epoch = 1; epoch <= 3; epoch++)
        {
            var order = new List<int>();
            for (int i = 0; i < batches.CountPerEpoch; i++)
            {
                Assert.That(batches.IsEpochEnd, Is.EqualTo(epoch > 1 && i == 0));
                order.AddRange(batches.Next());
                Assert.That(batches.Epoch, Is.EqualTo(epoch));
            }

            Assert.That(order, Is.Unique);
            Assert.That(order, Has.Count.EqualTo(dropLast ? 9 : 10));
            orders.Add([.. order]);
        }

        Assert.That(orders[1], Is.Not.EqualTo(orders[0]));
        Assert.That(orders[2], Is.Not.EqualTo(orders[1]));
    }

    [Test]
    public void ARunThatIsResumedGoesOnWithTheSameBatches([Values(0, 1, 2, 4, 5, 8)] int done)
    {
        var batches = new MiniBatches(10, 3, new Philox(7, 2));
        for (int i = 0; i < done; i++)
            batches.Next();
        using var saved = new MemoryStream();
        new Checkpoint(Store()) { { "batches", batches } }.Save(saved);
        int[][] expected = [.. Enumerable.Range(0, 9).Select(_ => batches.Next().ToArray())];

        saved.Position = 0;
        var resumed = new MiniBatches(10, 3, new Philox(0));
        new Checkpoint(Store()) { { "batches", resumed } }.Load(saved);
        Assert.That(Enumerable.Range(0, 9).Select(_ => resumed.Next().ToArray()), Is.EqualTo(expected));
        Assert.That(resumed.Epoch, Is.EqualTo(batches.Epoch));

        saved.Position = 0;
        var other = new MiniBatches(11, 3, new Philox(0));
        Assert.That(
            () => new Checkpoint(Store()) { { "batches", other } }.Load(saved), Throws.InstanceOf<CheckpointMismatchException>());
    }

    [Test]
    public void RowsAreGathered()
    {
        float[] rows = [1, 2, 3, 4, 5, 6], batch = new float[4];
        MiniBatches.Gather<float>(rows, [2, 0], batch);
        Assert.That(batch, Is.EqualTo(new float[] { 5, 6, 1, 2 }));
        Assert.That(
            () => MiniBatches.Gather<float>(rows, [2, 3], batch), Throws.ArgumentException.With.Message.Contains("indices[1] is 3"));
        Assert.That(() => MiniBatches.Gather<float>(rows, [2, 0, 1], batch), Throws.ArgumentException);
        Assert.That(() => new MiniBatches(3, 4, new Philox(1)), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static ParameterStore Store()
    {
        var store = new ParameterStore();
        store.Add("weight", [1]);
        return store;
    }
}
