using TensorEngine.Generators;

namespace TensorEngine.Autograd;

/// <summary>What <see cref="IOperation.Forward"/> computes with.</summary>
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

    /// <summary>Whether a backward pass may come: what only it needs is computed and kept only then.</summary>
    public bool Records => _node.RequiresGradient;

    /// <summary>The number of inputs that were recorded.</summary>
    public int InputCount => _node.InputCount;

    /// <summary>The shape of the result.</summary>
    public Shape OutputShape => _node.Shape;

    /// <summary>The memory of the result, of any contents at first.</summary>
    public Span<float> Output => _tape.ValuesOf(in _node);

    /// <summary>
    /// Sets the output, of one element, to a double: the float is the nearest one, and <see cref="Variable.Item"/> gives the double. For
    /// losses, whose sums are carried in double.
    /// </summary>
    /// <param name="value">The result.</param>
    /// <exception cref="InvalidOperationException">The output has several elements.</exception>
    public void SetScalar(double value)
    {
        if (_node.Shape.ElementCount != 1)
            throw new InvalidOperationException($"The output is {_node.Shape}; SetScalar is for one element.");
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

    /// <summary>Memory of any contents that is kept for the backward pass; assign it to a field of the operation.</summary>
    /// <param name="length">The number of elements.</param>
    public Kept<T> Keep<T>(int length)
        where T : unmanaged => _tape.TakeKept<T>(length);

    /// <summary>The elements of kept memory.</summary>
    /// <param name="kept">What <see cref="Keep{T}"/> or <see cref="Tape.Keep{T}"/> gave.</param>
    public Span<T> Span<T>(Kept<T> kept)
        where T : unmanaged => _tape.SpanOf(kept);

    /// <summary>Memory of any contents that is taken back after the pass of this operation.</summary>
    /// <param name="length">The number of elements.</param>
    public Span<T> Temporary<T>(int length)
        where T : unmanaged => _tape.Temporary<T>(length);

    /// <summary>
    /// Uniform draws from 0 to below 1, one for each element of the batch: those of this part of it
    /// (<see cref="Tape.ResetForPart"/>), while the generator moves on by the draws of the whole.
    /// </summary>
    /// <param name="generator">Where the draws come from.</param>
    /// <param name="draws">Receives them, those of the part's first sample first.</param>
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

    /// <summary>As <see cref="Draw"/>, for who draws at positions: the first one of this part.</summary>
    internal long TakeDraws(Philox generator, long count) => _tape.TakeDraws(generator, count);
}
