using NUnit.Framework;
using TensorEngine.Tests.Catalog;

namespace TensorEngine.Tests.Support;

/// <summary>
/// The buffers of a static step: 0 the values, 1 the gradients, from 2 the state. Each lies inside a larger array, at its own
/// distance from a multiple of 64 bytes, between canaries.
/// </summary>
public sealed class StepArrays
{
    private const int Margin = 32;

    private readonly AlignedBuffer[] _arrays;
    private readonly int[] _starts;

    /// <summary>Buffers of zeros that start at a multiple of 64 bytes.</summary>
    public StepArrays(int stateCount, int length)
    {
        Length = length;
        _arrays = [.. Enumerable.Range(0, 2 + stateCount).Select(_ => new AlignedBuffer(length + 2 * Margin))];
        _starts = new int[_arrays.Length];
        Place(random: null);
    }

    /// <summary>Buffers with the same numbers in them, placed as <see cref="CopyFrom"/> says.</summary>
    public StepArrays(StepArrays source, Random? random = null)
        : this(source.Count - 2, source.Length) => CopyFrom(source, random);

    public int Length { get; }

    public int Count => _arrays.Length;

    public Span<float> Values => this[0];

    public Span<float> Gradients => this[1];

    public StepBuffers All => Slice(0, Length);

    public Span<float> this[int buffer] => _arrays[buffer].Span.Slice(_starts[buffer], Length);

    public StepBuffers Slice(int start, int length) => new(
        Values.Slice(start, length),
        Gradients.Slice(start, length),
        Count > 2 ? this[2].Slice(start, length) : default,
        Count > 3 ? this[3].Slice(start, length) : default,
        Count > 4 ? this[4].Slice(start, length) : default,
        Count > 5 ? this[5].Slice(start, length) : default);

    /// <summary>
    /// Takes the numbers of another one. Every buffer then starts 0 to 15 floats after a multiple of 64 bytes, by
    /// <paramref name="random"/>; without it, at one.
    /// </summary>
    public void CopyFrom(StepArrays source, Random? random = null)
    {
        Place(random);
        for (int i = 0; i < Count; i++)
            source[i].CopyTo(this[i]);
    }

    /// <summary>Fails unless elements <paramref name="start"/> to <paramref name="end"/> of every buffer have the expected bits.</summary>
    public void AssertSame(StepArrays expected, int start, int end, FormattableString context)
    {
        for (int i = 0; i < Count; i++)
            Bits.AssertSame(this[i][start..end], expected[i][start..end], $"{context}, {BufferName(i)} from {start}");
    }

    public void AssertSame(StepArrays expected, FormattableString context) => AssertSame(expected, 0, Length, context);

    public void AssertCanaries(FormattableString context)
    {
        for (int i = 0; i < Count; i++)
        {
            Span<float> array = _arrays[i].Span;
            if (array[.._starts[i]].ContainsAnyExcept(Canary(i)) || array[(_starts[i] + Length)..].ContainsAnyExcept(Canary(i)))
                Assert.Fail($"{context}: written outside of {BufferName(i)}.");
        }
    }

    private void Place(Random? random)
    {
        for (int i = 0; i < Count; i++)
        {
            _starts[i] = Margin + (random?.Next(AlignedBuffer.Alignment) ?? 0);
            _arrays[i].Span.Fill(Canary(i));
            this[i].Clear();
        }
    }

    private static string BufferName(int buffer) => buffer switch { 0 => "values", 1 => "gradients", _ => $"state {buffer - 2}" };

    // Numbers that every rule would change if it stepped them.
    private static float Canary(int buffer) => 1234.5f + buffer;
}
