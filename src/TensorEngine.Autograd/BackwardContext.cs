namespace TensorEngine.Autograd;

/// <summary>What <see cref="IOperation.Backward"/> computes with.</summary>
public readonly ref struct BackwardContext
{
    private readonly Tape _tape;
    private readonly ref Node _node;
    private readonly Block _outputGradient;

    internal BackwardContext(Tape tape, ref Node node)
    {
        _tape = tape;
        _node = ref node;
        _outputGradient = node.Gradient;
    }

    /// <summary>The threads that share long work, or null.</summary>
    public Workers? Workers => _tape.Workers;

    /// <summary>The number of inputs that were recorded.</summary>
    public int InputCount => _node.InputCount;

    /// <summary>The shape of the result.</summary>
    public Shape OutputShape => _node.Shape;

    /// <summary>The elements of the result.</summary>
    public ReadOnlySpan<float> Output => _tape.ValuesOf(in _node);

    /// <summary>The loss's gradient with respect to the result.</summary>
    public ReadOnlySpan<float> OutputGradient => _tape.GradientOf(_outputGradient);

    /// <summary>The elements of an input.</summary>
    /// <param name="index">Its index among the recorded inputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    public ReadOnlySpan<float> Input(int index) => _tape.ValuesOf(in _tape.InputOf(in _node, index));

    /// <summary>The shape of an input.</summary>
    /// <param name="index">Its index among the recorded inputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    public Shape InputShape(int index) => _tape.InputOf(in _node, index).Shape;

    /// <summary>The parameter that an input is, or null: for operations that know another way for its gradient.</summary>
    /// <param name="index">Its index among the recorded inputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    public Parameter? InputParameter(int index) => _tape.InputOf(in _node, index).Parameter;

    /// <summary>Whether an input needs a gradient. One that needs none must not be asked for its memory.</summary>
    /// <param name="index">Its index among the recorded inputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    public bool Needs(int index) => _tape.InputOf(in _node, index).RequiresGradient;

    /// <summary>
    /// Memory of any contents for the gradient with respect to an input: write every element. Where another operation has already written
    /// a gradient for this input, or its parameter has one, the tape adds this one to it afterwards.
    /// </summary>
    /// <param name="index">Its index among the recorded inputs; ask once for each.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    /// <exception cref="InvalidOperationException">The input needs no gradient.</exception>
    public Span<float> InputGradient(int index) => _tape.GradientToWrite(in _node, index);

    /// <summary>
    /// As <see cref="InputGradient(int)"/>, for an operation that can add by itself: where <paramref name="adds"/> comes out true, add to
    /// the elements that are there; where it comes out false, overwrite what is there. Write one input's gradient before you ask for the
    /// next.
    /// </summary>
    /// <param name="index">Its index among the recorded inputs; ask once for each.</param>
    /// <param name="adds">Whether to add.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    /// <exception cref="InvalidOperationException">The input needs no gradient.</exception>
    public Span<float> InputGradient(int index, out bool adds) => _tape.GradientToAddTo(in _node, index, out adds);

    /// <summary>
    /// As <see cref="InputGradient(int)"/>, for an input of as many elements as the result and an operation whose functions may write
    /// where they read: it may be the memory of <see cref="OutputGradient"/> itself. Ask for it last, when nothing else needs that any
    /// more.
    /// </summary>
    /// <param name="index">Its index among the recorded inputs; ask once for each.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    /// <exception cref="InvalidOperationException">The input needs no gradient.</exception>
    public Span<float> InputGradientInPlace(int index) => _tape.GradientToWriteInPlace(ref _node, index);

    /// <summary>The elements of kept memory.</summary>
    /// <param name="kept">What <see cref="ForwardContext.Keep{T}"/> or <see cref="Tape.Keep{T}"/> gave.</param>
    public Span<T> Span<T>(Kept<T> kept)
        where T : unmanaged => _tape.SpanOf(kept);

    /// <summary>Memory of any contents that is taken back after the pass of this operation.</summary>
    /// <param name="length">The number of elements.</param>
    public Span<T> Temporary<T>(int length)
        where T : unmanaged => _tape.Temporary<T>(length);
}
