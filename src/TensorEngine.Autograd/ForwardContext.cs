using TensorEngine.Generators;

namespace TensorEngine.Autograd;

/// <summary>The inputs, output, memory and threads for <see cref="IOperation.Forward"/>.</summary>
public readonly ref struct ForwardContext
{
    private readonly Tape _tape;
    private readonly ref Node _node;

    internal ForwardContext(Tape tape, ref Node node)
    {
        _tape = tape;
        _node = ref node;
    }

    /// <summary>The threads that share long work, or null.</summary>
    public Workers? Workers => _tape.Workers;

    /// <summary>Whether a backward pass may follow; only then compute and keep what it needs.</summary>
    public bool Records => _node.RequiresGradient;

    /// <summary>The number of inputs that were recorded.</summary>
    public int InputCount => _node.InputCount;

    /// <summary>The shape of the result.</summary>
    public Shape OutputShape => _node.Shape;

    /// <summary>The memory of the result, with arbitrary initial contents.</summary>
    public Span<float> Output => _tape.ValuesOf(in _node);

    /// <summary>
    /// Sets an output of one element to a double: the float is the nearest one, and <see cref="Variable.Item"/> returns the double. Use it
    /// for losses, whose sums are accumulated in double.
    /// </summary>
    /// <param name="value">The result.</param>
    /// <exception cref="InvalidOperationException">The output has several elements.</exception>
    public void SetScalar(double value)
    {
        if (_node.Shape.ElementCount != 1)
            throw new InvalidOperationException($"The output is {_node.Shape}; SetScalar requires one element.");
        Output[0] = (float)value;
        _node.Scalar = value;
    }

    /// <summary>The elements of an input.</summary>
    /// <param name="index">Its index among the recorded inputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    public ReadOnlySpan<float> Input(int index) => _tape.ValuesOf(in _tape.InputOf(in _node, index));

    /// <summary>The shape of an input.</summary>
    /// <param name="index">Its index among the recorded inputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    public Shape InputShape(int index) => _tape.InputOf(in _node, index).Shape;

    /// <summary>
    /// Allocates memory with arbitrary contents that is kept for the backward pass; assign it to a field of the operation.
    /// </summary>
    /// <param name="length">The number of elements.</param>
    public Kept<T> Keep<T>(int length)
        where T : unmanaged => _tape.TakeKept<T>(length);

    /// <summary>Returns the elements of kept memory.</summary>
    /// <param name="kept">The memory from <see cref="Keep{T}"/> or <see cref="Tape.Keep{T}"/>.</param>
    public Span<T> Span<T>(Kept<T> kept)
        where T : unmanaged => _tape.SpanOf(kept);

    /// <summary>Allocates memory with arbitrary contents that is reclaimed after this pass of the operation.</summary>
    /// <param name="length">The number of elements.</param>
    public Span<T> Temporary<T>(int length)
        where T : unmanaged => _tape.Temporary<T>(length);

    /// <summary>
    /// Fills with uniform draws from [0, 1), one for each element of the batch: those of this part of the batch
    /// (<see cref="Tape.ResetForPart"/>), while the generator advances by the draws of the whole batch.
    /// </summary>
    /// <param name="generator">The source of the random numbers.</param>
    /// <param name="draws">Receives the draws, starting with those of the part's first sample.</param>
    /// <exception cref="ArgumentNullException"><paramref name="generator"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The generator's stream ends.</exception>
    public void Draw(Philox generator, Span<float> draws)
    {
        ArgumentNullException.ThrowIfNull(generator);
        long first = _tape.TakeDraws(generator, draws.Length), behind = generator.Position;
        generator.Position = first;
        generator.Uniform(draws);
        generator.Position = behind;
    }

    /// <summary>
    /// Returns the position of this part's first draw, for operations that draw at positions instead of using <see cref="Draw"/>.
    /// </summary>
    internal long TakeDraws(Philox generator, long count) => _tape.TakeDraws(generator, count);
}
