using System.Runtime.InteropServices;

namespace TensorEngine.Autograd;

/// <content>Recording of operations.</content>
public sealed partial class Tape
{
    /// <summary>
    /// Runs an operation, and records it if one of the inputs needs a gradient. The caller must have checked the shapes of the inputs.
    /// </summary>
    /// <param name="operation">The operation with its constants; a copy is recorded.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="inputs">The inputs, in the order in which the operation numbers them; all must belong to this tape.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentException">An input belongs to another tape, or there are no inputs.</exception>
    /// <exception cref="InvalidOperationException">An input is the default value or from before the last <see cref="Reset"/>.</exception>
    public Variable Record<TOperation>(in TOperation operation, Shape shape, params ReadOnlySpan<Variable> inputs)
        where TOperation : struct, IOperation
    {
        bool requiresGradient = AddInputs(inputs);
        return RecordAt(operation, shape, inputs, requiresGradient, _values.Take(Length(shape)));
    }

    /// <summary>
    /// Records an operation that overwrites its only input: the variable's values are lost, whatever shape they are viewed as. The
    /// operation's backward pass may use only the result.
    /// </summary>
    internal Variable RecordInPlace<TOperation>(in TOperation operation, Variable input)
        where TOperation : struct, IOperation
    {
        bool requiresGradient = AddInputs([input]);
        Node old = _nodes[input.Number];
        // Throws if they are gone already.
        _ = ValuesOf(in old);
        Variable output = RecordAt(operation, old.Shape, [input], requiresGradient, old.Values);
        for (int i = output.Number - 1; i >= 0; i--)
            _nodes[i].IsOverwritten |= _nodes[i].Parameter is null && _nodes[i].Values == old.Values;
        return output;
    }

    private Variable RecordAt<TOperation>(
        in TOperation operation, in Shape shape, ReadOnlySpan<Variable> inputs, bool requiresGradient, Block values)
        where TOperation : struct, IOperation
    {
        ref Node node = ref NextNode(shape);
        node.Values = values;
        node.FirstInput = _inputCount;
        node.InputCount = inputs.Length;
        node.RequiresGradient = requiresGradient;
        var context = new ForwardContext(this, ref node);
        if (requiresGradient)
        {
            OperationRecords<TOperation> records = RecordsOf<TOperation>();
            node.Records = records;
            node.Record = records.Count;
            records.Add(operation).Forward(in context);
        }
        else
        {
            TOperation once = operation;
            once.Forward(in context);
        }

        _scratch.Clear();
        _inputCount += inputs.Length;
        return Done();
    }

    /// <summary>
    /// Records an operation whose result shares the input's elements. It runs only if they belong to a parameter, because these may change.
    /// </summary>
    internal Variable RecordSame<TOperation>(in TOperation operation, in Shape shape, Variable input)
        where TOperation : struct, IOperation
    {
        if (NodeOf(input).Parameter is not null)
            return Record(operation, shape, input);
        bool requiresGradient = AddInputs([input]);
        ref Node node = ref NextNode(shape);
        node.Values = _nodes[input.Number].Values;
        node.FirstInput = _inputCount++;
        node.InputCount = 1;
        node.RequiresGradient = requiresGradient;
        if (requiresGradient)
        {
            OperationRecords<TOperation> records = RecordsOf<TOperation>();
            node.Records = records;
            node.Record = records.Count;
            records.Add(operation);
        }

        return Done();
    }

    /// <summary>Copies elements, such as class indices, for an operation's two passes.</summary>
    /// <param name="elements">The elements to copy.</param>
    /// <returns>A value to store in a field of the operation.</returns>
    public Kept<T> Keep<T>(ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        Kept<T> kept = TakeKept<T>(elements.Length);
        elements.CopyTo(SpanOf(kept));
        return kept;
    }

    internal Kept<T> TakeKept<T>(int length)
        where T : unmanaged => new(_values.Take(FloatsFor<T>(length)), length);

    internal Span<T> SpanOf<T>(Kept<T> kept)
        where T : unmanaged => MemoryMarshal.Cast<float, T>(_values.Span(kept.Block))[..kept.Length];

    internal Span<T> Temporary<T>(int length)
        where T : unmanaged => MemoryMarshal.Cast<float, T>(_scratch.Span(_scratch.Take(FloatsFor<T>(length))))[..length];

    internal ref readonly Node InputOf(ref readonly Node node, int index) => ref _nodes[InputNumber(in node, index)];

    private int InputNumber(ref readonly Node node, int index) =>
        (uint)index < (uint)node.InputCount
            ? _inputs[node.FirstInput + index]
            : throw new ArgumentOutOfRangeException(nameof(index), index, $"index is {index}; the operation has {node.InputCount} inputs.");

    /// <summary>Appends the inputs to those of the earlier operations, and returns whether one needs a gradient.</summary>
    private bool AddInputs(ReadOnlySpan<Variable> inputs)
    {
        if (inputs.IsEmpty)
            throw new ArgumentException("inputs is empty; an operation has at least one input.", nameof(inputs));
        while (_inputCount + inputs.Length > _inputs.Length)
            Array.Resize(ref _inputs, 2 * _inputs.Length);
        bool requiresGradient = false;
        for (int i = 0; i < inputs.Length; i++)
        {
            Check(inputs[i]);
            _inputs[_inputCount + i] = inputs[i].Number;
            requiresGradient |= _nodes[inputs[i].Number].RequiresGradient;
        }

        return requiresGradient && IsRecording;
    }

    private OperationRecords<TOperation> RecordsOf<TOperation>()
        where TOperation : struct, IOperation
    {
        int place = OperationRecords<TOperation>.Place;
        if (place >= _records.Length)
            Array.Resize(ref _records, Math.Max(place + 1, 2 * _records.Length));
        return (OperationRecords<TOperation>)(_records[place] ??= new OperationRecords<TOperation>());
    }

    private static int Length(in Shape shape) =>
        shape.ElementCount <= Chunk.MaxLength
            ? (int)shape.ElementCount
            : throw new ArgumentException(
                $"shape is {shape} with {shape.ElementCount} elements; a variable has at most {Chunk.MaxLength}.", nameof(shape));

    private static unsafe int FloatsFor<T>(int length)
        where T : unmanaged => checked((int)(((long)length * sizeof(T) + sizeof(float) - 1) / sizeof(float)));
}
