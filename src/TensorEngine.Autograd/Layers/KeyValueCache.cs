using TensorEngine.Attentions;
using TensorEngine.Autograd.Operations;

namespace TensorEngine.Autograd.Layers;

/// <summary>
/// The keys and values of one attention layer for earlier positions, so that a model that generates tokens computes only those of new
/// positions. The outputs are bit-identical to those without a cache.
/// </summary>
public sealed class KeyValueCache
{
    private readonly float[] _keys;
    private readonly float[] _values;
    private int _length;

    /// <summary>Allocates memory for two floats per sequence, position and column.</summary>
    /// <param name="batch">The number of sequences; at least 1.</param>
    /// <param name="capacity">The maximum length of a sequence; at least 1.</param>
    /// <param name="columns">The number of columns of all heads together; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is below 1, or the cache is too large for an array.</exception>
    public KeyValueCache(int batch, int capacity, int columns)
    {
        (Batch, Capacity, Columns) = (AtLeastOne(batch, nameof(batch)), AtLeastOne(capacity, nameof(capacity)), columns);
        AtLeastOne(columns, nameof(columns));
        if ((double)batch * capacity * columns > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(capacity), capacity, $"capacity is {capacity}; with {batch} sequences of {columns} columns it is too large.");
        }

        _keys = new float[batch * capacity * columns];
        _values = new float[_keys.Length];
    }

    /// <summary>The number of sequences.</summary>
    public int Batch { get; }

    /// <summary>The maximum length of a sequence.</summary>
    public int Capacity { get; }

    /// <summary>The number of columns of all heads together.</summary>
    public int Columns { get; }

    /// <summary>The number of positions in the cache. Set it to 0 to start again, or to a smaller number to go back.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above the current length.</exception>
    public int Length
    {
        get => _length;
        set => _length = value >= 0 && value <= _length
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"Length is set to {value}; it must be at least 0 and at most {_length}, the current length.");
    }

    /// <summary>Adds the keys and values of new positions, and returns their outputs.</summary>
    /// <param name="packed">[batch, new positions, 3 · columns].</param>
    /// <param name="heads">The number of heads.</param>
    internal Variable Attend(Variable packed, int heads)
    {
        HeadShape shape = HeadShape.OfPacked("cached attention", packed.Shape, heads);
        if (shape.Batch != Batch || shape.Columns != Columns)
        {
            throw new ArgumentException(
                $"The new positions are {packed.Shape}, the cache is [{Batch}, {Capacity}, {Columns}]; the number of sequences must be "
                + "the same, and the columns 3 times as many.",
                nameof(packed));
        }

        if (shape.Queries > Capacity - Length)
        {
            throw new ArgumentException(
                $"There are {shape.Queries} new positions after {Length} earlier ones; the cache has room for {Capacity}.", nameof(packed));
        }

        if (packed.RequiresGradient)
            throw new InvalidOperationException("A cache can only be used without recording; call the tape's NoGradient.");
        Variable output = packed.Tape.Record(new CachedOperation(this, shape), packed.Shape.WithLast(Columns), packed);
        _length += shape.Queries;
        return output;
    }

    private static int AtLeastOne(int value, string name) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be at least 1.");

    private readonly struct CachedOperation(KeyValueCache cache, HeadShape shape) : IOperation
    {
        public void Forward(in ForwardContext context)
        {
            ReadOnlySpan<float> packed = context.Input(0);
            int columns = shape.Columns, behind = cache.Length, stride = cache.Capacity * columns, all = behind + shape.Queries;
            for (int row = 0; row < shape.Batch * shape.Queries; row++)
            {
                int place = row / shape.Queries * stride + (behind + row % shape.Queries) * columns;
                ReadOnlySpan<float> source = packed.Slice(row * 3 * columns, 3 * columns);
                source.Slice(columns, columns).CopyTo(cache._keys.AsSpan(place));
                source[(2 * columns)..].CopyTo(cache._values.AsSpan(place));
            }

            var heads = new AttentionHeads(
                shape.Part(packed, 0),
                new(cache._keys, shape.Batch, stride, shape.Heads, shape.Width, all, shape.Width, columns),
                new(cache._values, shape.Batch, stride, shape.Heads, shape.Width, all, shape.Width, columns))
            {
                FirstPosition = behind,
            };
            Attention.Forward(heads, [], [], shape.Output(context.Output), context.Workers);
        }

        public void Backward(in BackwardContext context) => throw new InvalidOperationException("A cached attention has no gradient.");
    }
}
