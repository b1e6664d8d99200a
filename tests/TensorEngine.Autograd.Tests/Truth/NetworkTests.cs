using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NUnit.Framework;
using TensorEngine.Autograd.Tests.Goldens;
using TensorEngine.Checkpoints;
using TensorEngine.Lanes;
using TensorEngine.Tests.Support;

namespace TensorEngine.Autograd.Tests.Truth;

/// <summary>What every recorded network promises: the same bits everywhere, also when resumed, and no allocation.</summary>
[TestFixtureSource(nameof(Networks))]
public sealed class NetworkTests(RecordedTraining training)
{
    /// <summary>Enough for every operation to have run on what an optimizer has made.</summary>
    private const int Few = 2;

    private const int Many = 50;

    private const string FileName = "networks.txt";
    private const string Separator = "  ";

    /// <summary>
    /// Where arithmetic is slow (no fused multiply-add in vectors, or code that is not optimized) only the smaller ones, and fewer steps: the
    /// larger ones' bits at one lane are compared in other processes.
    /// </summary>
    public static IEnumerable<RecordedTraining> Networks =>
        RecordedTraining.All.Where(network => IsFast || network.ToString() is "MLP 64-100-100-10" or "CNN 8x8");

    /// <summary>Whether a hundred steps take seconds here.</summary>
    internal static bool IsFast
    {
        get
        {
            bool isFast = LaneWidth.Current >= 8;
#if DEBUG
            isFast = false;
#endif
            return isFast;
        }
    }

    private readonly TrainingData _data = TrainingData.Of(training);

    [Test]
    public void TheBitsAreThoseOf([Values(Few, Many)] int steps)
    {
        steps = IsFast ? steps : Few;
        AssertListed(Digest(Train(new TrainingNetwork(training), new Tape(), 0, steps)), steps);
    }

    [Test]
    public void EveryWidthGivesTheSameBits([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        using var forced = new ForcedWidth(width);
        AssertListed(Digest(Train(new TrainingNetwork(training), new Tape(), 0, Few)), Few);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(8)]
    [TestCase(16)]
    public void EveryNumberOfThreadsGivesTheSameBits(int threads)
    {
        using var workers = new Workers(threads) { ShareAll = true };
        AssertListed(Digest(Train(new TrainingNetwork(training), new Tape(workers), 0, Few)), Few);
    }

    [Test]
    public void ATrainingGoesOnWithTheSameBitsFromACheckpoint()
    {
        int steps = IsFast ? Many : Few, half = steps / 2;
        using var file = new MemoryStream();
        CheckpointOf(Train(new TrainingNetwork(training), new Tape(), 0, half)).Save(file);
        file.Position = 0;
        var resumed = new TrainingNetwork(training);
        foreach (Parameter parameter in resumed.Parameters)
            parameter.Values.Fill(7);
        CheckpointOf(resumed).Load(file);
        AssertListed(Digest(Train(resumed, new Tape(), half, steps)), steps);
    }

#if !DEBUG
    // Without optimization a collection expression of constants allocates where it is written.
    [Test]
    public void FromTheSecondStepOnNothingIsAllocated()
    {
        var network = new TrainingNetwork(training);
        var tape = new Tape();
        Train(network, tape, 0, 2);
        long least = long.MaxValue;
        for (int step = 2; step < 5; step++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            network.Step(tape, _data, step, training.Batch);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(least, Is.Zero);
    }
#endif

    /// <summary>The last batch of an epoch, and evaluation of more: nothing of one step is left in the next.</summary>
    [Test]
    public void BatchesOfOtherSizesBetweenTheStepsChangeNothing()
    {
        var network = new TrainingNetwork(training);
        var tape = new Tape();
        foreach (int count in new[] { 1, training.Batch + 7, 3 })
        {
            tape.Reset();
            Variable loss = network.Loss(tape, _data.PixelsOf(0, count), _data.Side, _data.Labels.AsSpan(0, count));
            tape.Backward(loss);
        }

        // The step clears the gradients that these have left.
        AssertListed(Digest(Train(network, tape, 0, Few)), Few);
    }

    [Test]
    public void ManyTapesInferFromOneStore()
    {
        var network = new TrainingNetwork(training);
        double[] expected = Evaluate();
        double[][] found = new double[4][];
        Parallel.For(0, found.Length, i => found[i] = Evaluate());
        foreach (double[] losses in found)
            Assert.That(losses, Is.EqualTo(expected));

        double[] Evaluate()
        {
            var tape = new Tape();
            double[] losses = new double[4];
            for (int i = 0; i < losses.Length; i++)
            {
                tape.Reset();
                using (tape.NoGradient())
                    losses[i] = network.Loss(tape, _data.PixelsOf(8 * i, 8), _data.Side, _data.Labels.AsSpan(8 * i, 8)).Item();
            }

            return losses;
        }
    }

    private TrainingNetwork Train(TrainingNetwork network, Tape tape, int from, int to)
    {
        for (int step = from; step < to; step++)
            network.Step(tape, _data, step, training.Batch);
        return network;
    }

    private static Checkpoint CheckpointOf(TrainingNetwork network) => new(network.Parameters) { { "optimizer", network.Optimizer } };

    private static string Digest(TrainingNetwork network) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes((ReadOnlySpan<float>)network.Parameters.Values)));

    private void AssertListed(string digest, int steps)
    {
        string name = $"{training}, {steps} steps";
        string[] lines = File.ReadAllLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "Goldens", FileName));
        if (!lines.Contains(name + Separator + digest))
            Assert.Fail($"{FileName} has no line \"{name}{Separator}{digest}\". If results should change, put it there.");
    }
}
