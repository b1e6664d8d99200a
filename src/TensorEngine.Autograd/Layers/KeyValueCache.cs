using TensorEngine.Attentions;
using TensorEngine.Autograd.Operations;

namespace TensorEngine.Autograd.Layers;

/// <summary>
/// The keys and values of one attention layer for the places that are behind: a model that generates computes those of the new ones
/// alone. The outputs are those without it, to the bit.
/// </summary>
public sealed class KeyValueCache
{
    private readonly float[] _keys;
    private readonly float[] _values;
    private int _length;

    /// <summary>Takes memory for two floats per batch, place and column.</summary>
    /// <param name="batch">How many sequences go on at once; at least 1.</param>
    /// <param name="capacity">The most places of a sequence; at least 1.</param>
    /// <param name="columns">The columns of all heads; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is below 1, or they are too many floats for an array.</exception>
    public KeyValueCache(int batch, int capacity, int columns)
    {
        (Batch, Capacity, Columns) = (AtLeastOne(batch, nameof(batch)), AtLeastOne(capacity, nameof(capacity)), columns);
        AtLeastOne(columns, nameof(columns));
        if ((double)batch * capacity * columns > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(capacity), capacity, $"capacity is {capacity}; with {batch} sequences of {columns} columns it is too much.");
        }

        _keys = new float[batch * capacity * columns];
        _values = new float[_keys.Length];
    }

    /// <summary>How many sequences go on at once.</summary>
    public int Batch { get; }

    /// <summary>The most places of a sequence.</summary>
    public int Capacity { get; }

    /// <summary>The columns of all heads.</summary>
    public int Columns { get; }

    /// <summary>How many places are behind. Set it to 0 to start again, or to fewer to go back.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above what it was.</exception>
    public int Length
    {
        get => _length;
        set => _length = value >= 0 && value <= _length
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"Length is set to {value}; it must be at least 0 and at most {_length}, as it was.");
    }

    /// <summary>Takes the keys and values of new places, and gives their outputs.</summary>
    /// <param name="packed">[batch, new places, 3 · columns].</param>
    /// <param name="heads">The number of heads.</param>
    internal Variable Attend(Variable packed, int heads)
    {
        HeadShape shape = HeadShape.OfPacked("cached attention", packed.Shape, heads);
        if (shape.Batch != Batch || shape.Columns != Columns)
        {
            throw new ArgumentException(
                $"The new places are {packed.Shape}, the cache is [{Batch}, {Capacity}, {Columns}]; they must be as many sequences of as "
                + "many columns, times 3.",
                nameof(packed));
        }

        if (shape.Queries > Capacity - Length)
        {
            throw new ArgumentException(
                $"There are {shape.Queries} new places, and {Length} behind; the cache has room for {Capacity}.", nameof(packed));
        }

        if (packed.RequiresGradient)
            throw new InvalidOperationException("A cache is used without recording only; call the tape's NoGradient.");
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
