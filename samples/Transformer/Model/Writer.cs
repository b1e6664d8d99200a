using System.Numerics.Tensors;
using TensorEngine.Autograd;
using TensorEngine.Autograd.Layers;
using TensorEngine.Generators;
using TensorEngine.Numerics.Functions;

namespace Transformer.Model;

/// <summary>Lets a GPT go on writing: token by token, without recording, with a memory of what it has read.</summary>
public sealed class Writer(Gpt gpt, Tape tape)
{
    private readonly Dictionary<int, KeyValueCache[]> _memories = [];

    /// <summary>Writes the most likely tokens behind each of some beginnings.</summary>
    /// <param name="beginnings">The beginnings, one after the other, all of one length.</param>
    /// <param name="batch">How many there are.</param>
    /// <param name="count">How many tokens to write behind each.</param>
    /// <returns>What was written, [batch, count].</returns>
    public int[] Complete(ReadOnlySpan<int> beginnings, int batch, int count) =>
        Write(beginnings, batch, count, static logits => TensorPrimitives.IndexOfMax(logits));

    /// <summary>Draws tokens as likely as the model finds them.</summary>
    /// <param name="beginning">What to go on behind.</param>
    /// <param name="count">How many tokens to write; what it looks back at is at most the context.</param>
    /// <param name="temperature">Below 1 for likelier tokens, above 1 for more surprising ones.</param>
    /// <param name="generator">The draws.</param>
    public int[] Draw(ReadOnlySpan<int> beginning, int count, double temperature, Generator generator)
    {
        int context = gpt.Shape.Context;
        var written = new List<int>(beginning.ToArray());
        while (written.Count < beginning.Length + count)
        {
            // When the memory is full, it starts again with the second half of what there is.
            int[] known = [.. written.TakeLast(written.Count < context ? written.Count : context / 2)];
            int more = Math.Min(context - known.Length, beginning.Length + count - written.Count);
            written.AddRange(Write(known, 1, Math.Max(1, more), logits => Choose(logits, temperature, generator)));
        }

        return [.. written.Skip(beginning.Length)];
    }

    private static int Choose(ReadOnlySpan<float> logits, double temperature, Generator generator)
    {
        Span<double> weights = stackalloc double[logits.Length];
        double largest = TensorPrimitives.Max(logits), sum = 0;
        for (int i = 0; i < logits.Length; i++)
            sum += weights[i] = Scalar.Exp((logits[i] - largest) / temperature);
        Span<float> draw = stackalloc float[1];
        generator.Uniform(draw);
        double left = draw[0] * sum;
        int chosen = 0;
        while (chosen < logits.Length - 1 && (left -= weights[chosen]) >= 0)
            chosen++;
        return chosen;
    }

    private int[] Write(ReadOnlySpan<int> beginnings, int batch, int count, Chooser choose)
    {
        if (!_memories.TryGetValue(batch, out KeyValueCache[]? memory))
            _memories.Add(batch, memory = gpt.Remember(batch));
        foreach (KeyValueCache cache in memory)
            cache.Length = 0;
        int[] written = new int[batch * count], next = beginnings.ToArray();
        using NoGradientScope scope = tape.NoGradient();
        for (int i = 0; i < count; i++)
        {
            tape.Reset();
            ReadOnlySpan<float> logits = gpt.Logits(tape, next, batch, memory).Values;
            int time = next.Length / batch, vocabulary = gpt.Shape.Vocabulary;
            if (next.Length != batch)
                next = new int[batch];
            for (int row = 0; row < batch; row++)
                written[row * count + i] = next[row] = choose(logits.Slice(((row + 1) * time - 1) * vocabulary, vocabulary));
        }

        return written;
    }

    private delegate int Chooser(ReadOnlySpan<float> logits);
}
