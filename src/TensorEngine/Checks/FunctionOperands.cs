using TensorEngine.Lanes;

namespace TensorEngine.Checks;

/// <summary>A function with its operands and memory for its results.</summary>
internal sealed class FunctionOperands<TFunction>
    where TFunction : struct, ITernaryFunction
{
    private readonly TFunction _function;
    private readonly TestElements[] _operands;
    private readonly AlignedBuffer[] _buffers;
    private readonly AlignedBuffer _output;
    private readonly int _count;

    public FunctionOperands(TFunction function, int count)
    {
        _function = function;
        _count = count;
        _operands = [.. Enumerable.Range(0, 3).Select(operand => new TestElements(count, 0, seed: 20 + (uint)operand))];
        _buffers = [.. _operands.Select(_ => new AlignedBuffer(count + Trial.Places))];
        _output = new AlignedBuffer(count + Trial.Places);
    }

    /// <summary>Computes the results of a range of elements placed at an offset.</summary>
    public Span<float> Call(int first, int length, int place, int width)
    {
        for (int i = 0; i < _operands.Length; i++)
            _operands[i].Values(first, length).CopyTo(_buffers[i].Span[place..]);
        Span<float> output = _output.Span.Slice(place, length);
        LaneDispatch.Elements(
            new Map.Ternary<TFunction>(_function, Operand(0), Operand(1), Operand(2), output), 0, length, width);
        return output;

        ReadOnlySpan<float> Operand(int index) => _buffers[index].Span.Slice(place, length);
    }

    /// <summary>Computes the results of all elements on several threads, in place of the first operand.</summary>
    public Span<float> Call(Workers workers)
    {
        for (int i = 0; i < _operands.Length; i++)
            _operands[i].Values(0, _count).CopyTo(_buffers[i].Span);
        Map.Run(
            _function,
            _buffers[0].Span[.._count],
            _buffers[1].Span[.._count],
            _buffers[2].Span[.._count],
            _buffers[0].Span[.._count],
            workers);
        return _buffers[0].Span[.._count];
    }
}
