using NUnit.Framework;
using TensorEngine.Autograd.Operations;
using TensorEngine.Generators;

namespace TensorEngine.Autograd.Tests;

/// <summary>A batch in parts draws what the whole batch draws.</summary>
public sealed class TapePartTests
{
    private const int Samples = 8;
    private const int Features = 5;
    private const int Batches = 3;

    [Test]
    public void PartsDropWhatTheWholeDrops([Values(1, 2, 4, 8)] int parts)
    {
        var generator = new Philox(seed: 7, stream: 2) { Position = 123 };
        float[][] expected = Run(new Philox(seed: 7, stream: 2) { Position = 123 }, 0), found = Run(generator, parts);
        Assert.That(found, Is.EqualTo(expected));
        Assert.That(expected[0], Has.Some.Zero.And.Some.GreaterThan(1));
        Assert.That(expected[0], Is.Not.EqualTo(expected[1]), "Another batch, another mask.");
        Assert.That(generator.Position, Is.EqualTo(123 + Batches * 2 * Samples * Features));
    }

    /// <summary>The process of some parts alone draws the same and leaves the generator at the same place.</summary>
    [Test]
    public void APartAloneDropsTheSame()
    {
        var tape = new Tape();
        var generator = new Philox(seed: 7, stream: 2) { Position = 123 };
        float[][] expected = Run(new Philox(seed: 7, stream: 2) { Position = 123 }, 0);
        for (int batch = 0; batch < Batches; batch++)
        {
            tape.ResetForPart(3, 4);
            Assert.That(Part(tape, generator, 3, 4), Is.EqualTo(expected[batch].AsSpan(3 * 2 * Features, 2 * Features).ToArray()));
        }
    }

    [Test]
    public void AttentionDropsByTheNumberOfTheSample()
    {
        float[] whole = Attend(1), parts = Attend(4);
        Assert.That(parts, Is.EqualTo(whole));

        static float[] Attend(int parts)
        {
            var tape = new Tape();
            var generator = new Philox(seed: 5);
            float[] data = new float[Samples * 2 * 3 * 4];
            new Philox(seed: 6).Normal(data);
            List<float> output = [];
            for (int part = 0; part < parts; part++)
            {
                tape.ResetForPart(part, parts);
                int length = data.Length / parts;
                Variable heads = tape.Constant(data.AsSpan(part * length, length), [Samples / parts, 2, 3, 4]);
                output.AddRange(heads.ScaledDotProductAttention(heads, heads, dropout: 0.5, generator: generator).Values);
            }

            return [.. output];
        }
    }

    [Test]
    public void NumbersAreChecked()
    {
        var tape = new Tape();
        Assert.That(() => tape.ResetForPart(0, 0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("partCount is 0"));
        Assert.That(() => tape.ResetForPart(2, 2), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("part is 2"));
        Assert.That(() => tape.ResetForPart(-1, 2), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("part is -1"));
    }

    private static float[][] Run(Philox generator, int parts)
    {
        var tape = new Tape();
        List<float[]> batches = [];
        for (int batch = 0; batch < Batches; batch++)
        {
            List<float> found = [];
            for (int part = 0; part < Math.Max(1, parts); part++)
            {
                if (parts == 0)
                    tape.Reset();
                else
                    tape.ResetForPart(part, parts);
                found.AddRange(Part(tape, generator, part, Math.Max(1, parts)));
            }

            batches.Add([.. found]);
        }

        return [.. batches];
    }

    private static float[] Part(Tape tape, Philox generator, int part, int parts)
    {
        float[] data = [.. Enumerable.Range(1, Samples * Features).Select(i => (float)i)];
        int length = data.Length / parts;
        Variable input = tape.Constant(data.AsSpan(part * length, length), [Samples / parts, Features]);
        return input.Dropout(0.3, generator).Dropout(0.2, generator).Values.ToArray();
    }
}
