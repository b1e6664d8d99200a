namespace TensorEngine.Autograd;

/// <summary>The inputs, output, gradients, memory and threads for <see cref="IOperation.Backward"/>.</summary>
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

    /// <summary>The gradient of the loss with respect to the result.</summary>
    public ReadOnlySpan<float> OutputGradient => _tape.GradientOf(_outputGradient);

    /// <summary>The elements of an input.</summary>
    /// <param name="index">Its index among the recorded inputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    public ReadOnlySpan<float> Input(int index) => _tape.ValuesOf(in _tape.InputOf(in _node, index));

    /// <summary>The shape of an input.</summary>
    /// <param name="index">Its index among the recorded inputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    public Shape InputShape(int index) => _tape.InputOf(in _node, index).Shape;

    /// <summary>
    /// Returns the parameter that an input represents, or null, for operations that pass its gradient on in a different way.
    /// </summary>
    /// <param name="index">Its index among the recorded inputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    public Parameter? InputParameter(int index) => _tape.InputOf(in _node, index).Parameter;

    /// <summary>Returns whether an input needs a gradient. If not, do not request memory for it.</summary>
    /// <param name="index">Its index among the recorded inputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    public bool Needs(int index) => _tape.InputOf(in _node, index).RequiresGradient;

    /// <summary>
    /// Returns memory with arbitrary contents for the gradient with respect to an input; write every element. If another operation has
    /// already written a gradient for this input, or its parameter has one, the tape then adds this one to it.
    /// </summary>
    /// <param name="index">Its index among the recorded inputs; request each only once.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    /// <exception cref="InvalidOperationException">The input needs no gradient.</exception>
    public Span<float> InputGradient(int index) => _tape.GradientToWrite(in _node, index);

    /// <summary>
    /// Returns memory as <see cref="InputGradient(int)"/> does, for an operation that can add by itself: if <paramref name="adds"/> is
    /// true, add to the elements; if it is false, overwrite them. Write one input's gradient before you request the next.
    /// </summary>
    /// <param name="index">Its index among the recorded inputs; request each only once.</param>
    /// <param name="adds">Receives whether to add.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    /// <exception cref="InvalidOperationException">The input needs no gradient.</exception>
    public Span<float> InputGradient(int index, out bool adds) => _tape.GradientToAddTo(in _node, index, out adds);

    /// <summary>
    /// Returns memory as <see cref="InputGradient(int)"/> does, for an input with as many elements as the result and an operation that
    /// works in place: it may be the memory of <see cref="OutputGradient"/> itself. Request it last, when <see cref="OutputGradient"/> is
    /// no longer needed elsewhere.
    /// </summary>
    /// <param name="index">Its index among the recorded inputs; request each only once.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    /// <exception cref="InvalidOperationException">The input needs no gradient.</exception>
    public Span<float> InputGradientInPlace(int index) => _tape.GradientToWriteInPlace(ref _node, index);

    /// <summary>Returns the elements of kept memory.</summary>
    /// <param name="kept">The memory from <see cref="ForwardContext.Keep{T}"/> or <see cref="Tape.Keep{T}"/>.</param>
    public Span<T> Span<T>(Kept<T> kept)
        where T : unmanaged => _tape.SpanOf(kept);

    /// <summary>Allocates memory with arbitrary contents that is reclaimed after this pass of the operation.</summary>
    /// <param name="length">The number of elements.</param>
    public Span<T> Temporary<T>(int length)
        where T : unmanaged => _tape.Temporary<T>(length);
}
