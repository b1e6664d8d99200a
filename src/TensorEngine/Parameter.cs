using System.Diagnostics;
using System.Numerics.Tensors;

namespace TensorEngine;

/// <summary>
/// A named, shaped part of a <see cref="ParameterStore"/>: values and their gradients, in row-major order.
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

    /// <summary>The name, unique in the store. Checkpoints save state under it.</summary>
    public string Name { get; }

    /// <summary>The lengths of the dimensions, outermost first.</summary>
    public Shape Shape { get; }

    /// <summary>The number of elements.</summary>
    public int Length { get; }

    /// <summary>The index of the first element in <see cref="ParameterStore.Values"/> and <see cref="ParameterStore.Gradients"/>.</summary>
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
    /// Whether optimizers step the parameter; true by default. A parameter that is not trainable keeps its values, state and step count,
    /// like a parameter without a gradient in PyTorch.
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

    /// <summary>The index of the parameter in the store.</summary>
    internal int Index { get; }

    /// <summary>The number of elements that the parameter takes in the store, padding included.</summary>
    internal int PaddedLength => (int)Store.Padded(Length);

    /// <summary>The optimizer that steps the parameter. The code that sets it ensures that there is at most one.</summary>
    internal object? Owner { get; set; }

    /// <summary>Returns the name and the shape, such as <c>fc1.weight [100, 64]</c>.</summary>
    public override string ToString() => $"{Name} {Shape}";
}
