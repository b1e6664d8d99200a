using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using TensorEngine.Compression;

namespace TensorEngine.Autograd;

/// <summary>
/// Records computations on parameters and data, and computes gradients by replaying the record in reverse. A training step:
/// <code>
/// tape.Reset();
/// Variable images = tape.Constant(batch, [rows, 64]);
/// Variable loss = output.Apply(hidden.Apply(images).Relu()).CrossEntropy(labels);
/// tape.Backward(loss);
/// adam.Step();
/// </code>
/// The results have the same bits at every SIMD width and with any number of threads. All values, gradients and records are in memory that
/// the tape owns and <see cref="Reset"/> reclaims: after the first step with a given shape, steps allocate nothing.
/// </summary>
/// <remarks>
/// A tape is not thread-safe. Several tapes, each on its own thread, may use one <see cref="ParameterStore"/>, as long as its values do not
/// change and none of the tapes runs a backward pass.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class Tape
{
    private readonly Arena _values = new();
    private readonly Arena _scratch = new();
    private readonly FreeMemory _gradients = new();
    private Node[] _nodes = new Node[16];
    private int[] _inputs = new int[32];
    private OperationRecords?[] _records = new OperationRecords?[16];
    private int _nodeCount;
    private int _inputCount;
    private int _notRecording;

    /// <summary>Creates a tape without memory; the first step allocates what it needs.</summary>
    /// <param name="workers">The threads that share long operations, or null (the default) to use the calling thread alone.</param>
    public Tape(Workers? workers = null) => Workers = workers;

    /// <summary>
    /// The threads that share long operations, or null to use the calling thread alone. Results are bit-identical either way.
    /// </summary>
    public Workers? Workers { get; set; }

    /// <summary>
    /// Whether layers and operations that differ between training and evaluation (dropout, batch norm) are in training mode; true by
    /// default, as torch.nn.Module.training.
    /// </summary>
    public bool Training { get; set; } = true;

    /// <summary>Whether operations are recorded for a backward pass: true outside <see cref="NoGradient"/>.</summary>
    public bool IsRecording => _notRecording == 0;

    /// <summary>The number of variables since the last <see cref="Reset"/>.</summary>
    public int Count => _nodeCount;

    /// <summary>The number of resets, which identifies variables from before the last one.</summary>
    internal int Generation { get; private set; }

    /// <summary>Discards all variables and reclaims their memory. The values and gradients of parameters do not change.</summary>
    public void Reset()
    {
        Forget();
        _drawn.Clear();
        (_part, _partCount) = (0, 1);
    }

    /// <summary>
    /// Starts a scope in which nothing is recorded: only values are computed, and nothing is kept for a backward pass. Use <c>using
    /// (tape.NoGradient()) { ... }</c>, as torch.no_grad. Scopes can be nested.
    /// </summary>
    public NoGradientScope NoGradient() => new(this);

    /// <summary>Returns data that needs no gradient.</summary>
    /// <param name="values">The elements, in row-major order; they are copied.</param>
    /// <param name="shape">The shape, with the same number of elements.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="values"/> and <paramref name="shape"/> differ in the number of elements.
    /// </exception>
    public Variable Constant(ReadOnlySpan<float> values, Shape shape) => Add(values, shape, requiresGradient: false);

    /// <summary>Returns some rows of data that needs no gradient, such as the images of a mini-batch.</summary>
    /// <param name="values">All rows, one after the other.</param>
    /// <param name="rows">The indices of the rows, from 0; a row may appear several times. The rows are copied.</param>
    /// <param name="rowShape">The shape of a row.</param>
    /// <returns>[rows, ...], where ... is the shape of a row.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="rows"/> is empty or has an index outside <paramref name="values"/>, or the rows have 8 dimensions.
    /// </exception>
    public Variable ConstantRows(ReadOnlySpan<float> values, ReadOnlySpan<int> rows, Shape rowShape)
    {
        Span<int> lengths = stackalloc int[rowShape.Rank + 1];
        rowShape.Lengths.CopyTo(lengths[1..]);
        lengths[0] = rows.Length;
        if (rows.IsEmpty)
            throw new ArgumentException("rows is empty; it must have at least one element.", nameof(rows));
        var shape = Shape.Create(lengths);
        int length = (int)rowShape.ElementCount, count = values.Length / length;
        for (int i = 0; i < rows.Length; i++)
        {
            if ((uint)rows[i] >= (uint)count)
            {
                throw new ArgumentException(
                    $"rows[{i}] is {rows[i]}; values has {count} rows of {rowShape}, counted from 0.", nameof(rows));
            }
        }

        Block block = _values.Take(Length(shape));
        Span<float> gathered = _values.Span(block);
        for (int i = 0; i < rows.Length; i++)
            values.Slice(rows[i] * length, length).CopyTo(gathered[(i * length)..]);
        NextNode(shape).Values = block;
        return Done();
    }

    /// <summary>
    /// Returns data with a gradient: after <see cref="Backward(Variable)"/> it is in <see cref="Variable.Gradient"/>.
    /// </summary>
    /// <param name="values">The elements, in row-major order; they are copied.</param>
    /// <param name="shape">The shape, with the same number of elements.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="values"/> and <paramref name="shape"/> differ in the number of elements.
    /// </exception>
    public Variable Input(ReadOnlySpan<float> values, Shape shape) => Add(values, shape, requiresGradient: IsRecording);

    /// <summary>
    /// Returns a parameter's values, as they are when operations run. Its gradient is added to <see cref="Parameter.Gradients"/>, unless
    /// the parameter is not trainable; then it costs nothing. A parameter may be used several times. The values of a store of
    /// <see cref="ValuePrecision.BFloat16"/> are widened by this call, into memory of the tape, and the gradient is rounded when it is
    /// added (<see cref="Compression.BFloat16.Add"/>).
    /// </summary>
    /// <param name="parameter">A parameter of any store with a fixed layout.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The store has no memory yet; see <see cref="ParameterStore.Freeze"/>.</exception>
    public Variable Parameter(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (parameter.Store.Precision == ValuePrecision.BFloat16)
            return Widened(parameter);

        // Throws if there is no memory yet.
        _ = parameter.Values;
        ref Node node = ref NextNode(parameter.Shape);
        node.Parameter = parameter;
        node.RequiresGradient = IsRecording && parameter.Trainable;
        return Done();
    }

    /// <summary>Returns a text such as "12 variables, recording".</summary>
    public override string ToString() => $"{Count} variables, {(IsRecording ? "recording" : "not recording")}";

    internal ref Node NodeOf(Variable variable)
    {
        Check(variable);
        return ref _nodes[variable.Number];
    }

    /// <summary>Returns the parameter that a variable represents, or null.</summary>
    internal Parameter? ParameterOf(Variable variable) => NodeOf(variable).Parameter;

    /// <summary>Throws if a variable does not belong to this tape or is from before the last reset.</summary>
    internal void Check(Variable variable)
    {
        if (variable.Owner != this || variable.Generation != Generation)
            ThrowStranger(variable);
    }

    internal Span<float> ValuesOf(ref readonly Node node)
    {
        if (node.IsOverwritten)
            ThrowOverwritten();
        return node.Parameter is { } parameter ? parameter.Values : _values.Span(node.Values);
    }

    internal Span<float> GradientOf(Block block) => _gradients.Span(block);

    internal void PreventRecording() => _notRecording++;

    internal void AllowRecording() => _notRecording--;

    private void Forget()
    {
        for (int i = 0; i < _nodeCount; i++)
        {
            GiveBack(ref _nodes[i].Gradient);
            GiveBack(ref _nodes[i].RetainedGradient);
            _nodes[i].Parameter = _nodes[i].Widened = null;
        }

        foreach (OperationRecords? records in _records)
            records?.Clear();
        _values.Clear();
        _nodeCount = _inputCount = 0;
        Generation++;
    }

    private Variable Widened(Parameter parameter)
    {
        ReadOnlySpan<ushort> values = parameter.BFloat16Values;
        Block block = _values.Take(values.Length);
        BFloat16.Widen(values, _values.Span(block), Workers);
        ref Node node = ref NextNode(parameter.Shape);
        node.Values = block;
        node.Widened = parameter;
        node.RequiresGradient = IsRecording && parameter.Trainable;
        return Done();
    }

    private Variable Add(ReadOnlySpan<float> values, in Shape shape, bool requiresGradient)
    {
        if (values.Length != shape.ElementCount)
        {
            throw new ArgumentException(
                $"values has {values.Length} elements, shape {shape} has {shape.ElementCount}; they must have the same number.",
                nameof(values));
        }

        Block block = _values.Take(values.Length);
        values.CopyTo(_values.Span(block));
        ref Node node = ref NextNode(shape);
        node.Values = block;
        node.RequiresGradient = node.RetainsGradient = requiresGradient;
        return Done();
    }

    /// <summary>Returns the next node, which <see cref="Done"/> turns into a variable.</summary>
    private ref Node NextNode(in Shape shape)
    {
        if (_nodeCount == _nodes.Length)
            Array.Resize(ref _nodes, 2 * _nodeCount);
        ref Node node = ref _nodes[_nodeCount];
        node = new Node
        {
            Shape = shape,
            Values = Block.None,
            Scalar = double.NaN,
            Gradient = Block.None,
            RetainedGradient = Block.None,
        };
        return ref node;
    }

    private Variable Done() => new(this, _nodeCount++, Generation);

    private void GiveBack(ref Block gradient)
    {
        if (!gradient.IsNone)
            _gradients.Give(gradient);
        gradient = Block.None;
    }

    [DoesNotReturn]
    private static void ThrowOverwritten() => throw new InvalidOperationException(
        "A variable's values were overwritten in place, but are needed again: by its own backward pass, by another operation, or "
        + "by code that reads its Values. Do not use inPlace there.");

    [DoesNotReturn]
    private void ThrowStranger(Variable variable)
    {
        if (variable.Owner is null)
            Variable.ThrowDefault();
        throw variable.Owner != this
            ? new ArgumentException("A variable belongs to another tape; an operation's variables must share one tape.", nameof(variable))
            : new InvalidOperationException(
                "A variable is from before the tape's last Reset, which reclaimed its memory. Copy what you need before you call Reset.");
    }
}
