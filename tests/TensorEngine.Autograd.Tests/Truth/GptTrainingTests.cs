using NUnit.Framework;
using TensorEngine.Autograd.Layers;
using TensorEngine.Tests.Support;

namespace TensorEngine.Autograd.Tests.Truth;

/// <summary>A small GPT learns as in PyTorch 2.6, to the same bits everywhere, also when resumed, and without allocations.</summary>
public sealed class GptTrainingTests
{
    private const int Few = 2;
    private const int Many = 50;

    [Test]
    public void EveryLossOfAHundredStepsIsPyTorchs()
    {
        double[] expected = [.. GptTraining.Settings.GetProperty("float64").EnumerateArray().Select(loss => loss.GetDouble())];
        var training = new GptTraining();
        foreach ((string name, Shape shape) in training.Parameters.Select(parameter => (parameter.Name, parameter.Shape)))
        {
            int[] recorded = [.. GptTraining.Settings.GetProperty("parameters").GetProperty(name).EnumerateArray().Select(x => x.GetInt32())];
            Assert.That(shape.Lengths.ToArray(), Is.EqualTo(recorded), name);
        }

        for (int step = 0; step < (NetworkTests.IsFast ? expected.Length : Few); step++)
            Assert.That(training.Step(step), Is.EqualTo(expected[step]).Within(1e-4 * expected[step]), $"step {step}");
    }

    [Test]
    public void TheBitsAreThoseOf([Values(Few, Many)] int steps)
    {
        steps = NetworkTests.IsFast ? steps : Few;
        AssertListed(Train(new GptTraining(), 0, steps), steps);
    }

    [Test]
    public void EveryWidthGivesTheSameBits([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        using var forced = new ForcedWidth(width);
        AssertListed(Train(new GptTraining(), 0, Few), Few);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(16)]
    public void EveryNumberOfThreadsGivesTheSameBits(int threads)
    {
        using var workers = new Workers(threads) { ShareAll = true };
        AssertListed(Train(new GptTraining(workers), 0, Few), Few);
    }

    [Test]
    public void ATrainingGoesOnWithTheSameBitsFromACheckpoint()
    {
        int steps = NetworkTests.IsFast ? Many : Few, half = steps / 2;
        using var file = new MemoryStream();
        Train(new GptTraining(), 0, half).Checkpoint.Save(file);
        file.Position = 0;
        var resumed = new GptTraining();
        resumed.Parameters.Values.Fill(7);
        resumed.Checkpoint.Load(file);
        AssertListed(Train(resumed, half, steps), steps);
    }

#if !DEBUG
    // Without optimization a collection expression of constants allocates where it is written.
    [Test]
    public void FromTheSecondStepOnNothingIsAllocated()
    {
        GptTraining training = Train(new GptTraining(), 0, 2);
        long least = long.MaxValue;
        for (int step = 2; step < 5; step++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            training.Step(step);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(least, Is.Zero);
    }
#endif

    /// <summary>Whether tokens come one by one or several at once.</summary>
    [Test]
    public void AGenerationWithACacheIsTheForwardPassWithoutOne()
    {
        GptTraining training = Train(new GptTraining(), 0, Few);
        int[] tokens = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8];
        const int Batch = 2, Time = 6, Vocabulary = 17;
        Tape tape = training.Tape;
        using NoGradientScope scope = tape.NoGradient();
        tape.Reset();
        float[] expected = training.Logits(tokens, Batch).Values.ToArray();
        foreach (int[] stretches in new int[][] { [1, 1, 1, 1, 1, 1], [3, 1, 2], [6] })
        {
            KeyValueCache[] caches = [.. training.Blocks.Select(block => new KeyValueCache(Batch, 7, block.Attention.Columns))];
            int start = 0;
            foreach (int length in stretches)
            {
                int[] next = [.. Enumerable.Range(0, Batch * length).Select(i => tokens[i / length * Time + start + i % length])];
                tape.Reset();
                float[] logits = training.Logits(next, Batch, caches).Values.ToArray();
                for (int i = 0; i < next.Length; i++)
                {
                    ReadOnlySpan<float> found = logits.AsSpan(i * Vocabulary, Vocabulary);
                    int row = i / length * Time + start + i % length;
                    Bits.AssertSame(found, expected.AsSpan(row * Vocabulary, Vocabulary).ToArray(), $"row {row}");
                }

                start += length;
            }

            Assert.That(caches[0].Length, Is.EqualTo(Time));
            tape.Reset();
            Assert.That(() => training.Logits(tokens.AsSpan(0, 4).ToArray(), Batch, caches), Throws.ArgumentException);
        }
    }

    private static GptTraining Train(GptTraining training, int from, int to)
    {
        for (int step = from; step < to; step++)
            training.Step(step);
        return training;
    }

    private static void AssertListed(GptTraining training, int steps)
    {
        string line = $"GPT 17-32, {steps} steps  {training.Digest}";
        string path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Goldens", "networks.txt");
        if (!File.ReadAllLines(path).Contains(line, StringComparer.Ordinal))
            Assert.Fail($"networks.txt has no line \"{line}\". If results should change, put it there.");
    }
}
