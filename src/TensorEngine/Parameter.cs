using System.Diagnostics;
using System.Numerics.Tensors;

namespace TensorEngine;

/// <summary>
/// A named, shaped part of a <see cref="ParameterStore"/>: its values and, beside them, their gradients, row by row.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Parameter
{
    // What TensorSpan calls the shape; a scalar is one element, which TensorSpan calls [1].
    private readonly nint[] _tensorLengths;

    internal Parameter(ParameterStore store, string name, Shape shape, int offset)
    {
        Store = store;
        Name = name;
        Shape = shape;
        Offset = offset;
        Index = store.Count;
        Length = (int)shape.ElementCount;
        _tensorLengths = shape.Rank == 0 ? [1] : [.. shape.Select(length => (nint)length)];
    }

    /// <summary>The store that the parameter belongs to.</summary>
    public ParameterStore Store { get; }

    /// <summary>The name, unique in the store; state is saved under it.</summary>
    public string Name { get; }

    /// <summary>The lengths of the dimensions, outermost first.</summary>
    public Shape Shape { get; }

    /// <summary>The number of elements.</summary>
    public int Length { get; }

    /// <summary>Where the parameter starts in <see cref="ParameterStore.Values"/> and <see cref="ParameterStore.Gradients"/>.</summary>
    public int Offset { get; }

    /// <summary>The values, <see cref="Length"/> floats.</summary>
    /// <exception cref="InvalidOperationException">
    /// The store has no memory yet (see <see cref="ParameterStore.Freeze"/>), or keeps bf16.
    /// </exception>
    public Span<float> Values => Store.Values.Slice(Offset, Length);

    /// <summary>The gradients, <see cref="Length"/> floats, filled by the caller.</summary>
    /// <exception cref="InvalidOperationException">
    /// The store has no memory yet (see <see cref="ParameterStore.Freeze"/>), or keeps bf16.
    /// </exception>
    public Span<float> Gradients => Store.Gradients.Slice(Offset, Length);

    /// <summary>The values in a store of <see cref="ValuePrecision.BFloat16"/>: the upper halves of <see cref="Length"/> floats.</summary>
    /// <exception cref="InvalidOperationException">The store has no memory yet, or keeps floats.</exception>
    public Span<ushort> BFloat16Values => Store.BFloat16Values.Slice(Offset, Length);

    /// <summary>The gradients in a store of <see cref="ValuePrecision.BFloat16"/>, filled by the caller.</summary>
    /// <exception cref="InvalidOperationException">The store has no memory yet, or keeps floats.</exception>
    public Span<ushort> BFloat16Gradients => Store.BFloat16Gradients.Slice(Offset, Length);

    /// <summary>The values as a tensor of the parameter's shape ([1] for a scalar).</summary>
    /// <exception cref="InvalidOperationException">
    /// The store has no memory yet (see <see cref="ParameterStore.Freeze"/>), or keeps bf16.
    /// </exception>
    public TensorSpan<float> ValueTensor => new(Values, _tensorLengths);

    /// <summary>The gradients as a tensor of the parameter's shape ([1] for a scalar).</summary>
    /// <exception cref="InvalidOperationException">
    /// The store has no memory yet (see <see cref="ParameterStore.Freeze"/>), or keeps bf16.
    /// </exception>
    public TensorSpan<float> GradientTensor => new(Gradients, _tensorLengths);

    /// <summary>
    /// Whether optimizers step the parameter; true at first. One that is not trainable keeps its values, its state and its step
    /// count, as a parameter without a gradient does in PyTorch.
    /// </summary>
    public bool Trainable
    {
        get;
        set
        {
            field = value;
            Store.TrainableRevision++;
        }
    } = true;

    /// <summary>The parameter's place among those of the store.</summary>
    internal int Index { get; }

    /// <summary>The number of elements that the parameter takes in the store, padding included.</summary>
    internal int PaddedLength => (int)Store.Padded(Length);

    /// <summary>Who steps the parameter; whoever writes it sees that there is one at most.</summary>
    internal object? Owner { get; set; }

    /// <summary>Name and shape, as in <c>fc1.weight [100, 64]</c>.</summary>
    public override string ToString() => $"{Name} {Shape}";
}
