using TensorEngine.Lanes;
using TensorEngine.Numerics;

namespace TensorEngine.Averages;

/// <summary>
/// An average of a store's values over the course of training, as torch.optim.swa_utils.AveragedModel: the first update copies
/// them. Swapping puts the average in the place of the values for an evaluation, and the values back afterwards. Everything is
/// allocated on construction.
/// </summary>
public abstract class ValueAverage
{
    private readonly AlignedBuffer _average;

    private protected ValueAverage(ParameterStore store)
    {
        Store = Require.NotNull(store);
        _average = new AlignedBuffer(store.Values.Length, place: 1);
    }

    /// <summary>The store whose values are averaged; its layout is fixed.</summary>
    public ParameterStore Store { get; }

    /// <summary>How many times the average has been updated.</summary>
    public long UpdateCount { get; private set; }

    /// <summary>Whether the store holds the average, and the average's memory the values.</summary>
    public bool IsSwapped { get; private set; }

    /// <summary>The average of a parameter's values, one float per element; 0 before the first update.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="parameter"/> belongs to another store.</exception>
    public ReadOnlySpan<float> Average(Parameter parameter)
    {
        if (Require.NotNull(parameter).Store != Store)
            throw new ArgumentException($"parameter is {parameter}, which belongs to another store.", nameof(parameter));
        return IsSwapped ? parameter.Values : _average.Span.Slice(parameter.Offset, parameter.Length);
    }

    /// <summary>Takes the store's values into the average. One pass; call it after a step.</summary>
    /// <exception cref="InvalidOperationException">The average is swapped in.</exception>
    public void Update()
    {
        if (IsSwapped)
            throw new InvalidOperationException("The average is swapped in; swap the values back before updating it.");
        if (UpdateCount == 0)
            Store.Values.CopyTo(_average.Span);
        else
            ElementLoop.Run(new Interpolation(Weight(UpdateCount)), _average.Span, Store.Values, _average.Span);
        UpdateCount++;
    }

    /// <summary>Exchanges the store's values and the average; calling it again undoes it.</summary>
    /// <exception cref="InvalidOperationException">There is no average yet.</exception>
    public void Swap()
    {
        if (UpdateCount == 0)
            throw new InvalidOperationException("There is no average yet; update it before swapping it in.");
        Span<float> piece = stackalloc float[1024];
        Span<float> values = Store.Values, average = _average.Span;
        for (int start = 0; start < values.Length; start += piece.Length)
        {
            int length = Math.Min(piece.Length, values.Length - start);
            values.Slice(start, length).CopyTo(piece);
            average.Slice(start, length).CopyTo(values[start..]);
            piece[..length].CopyTo(average[start..]);
        }

        IsSwapped = !IsSwapped;
    }

    /// <summary>What the average is called in saved state.</summary>
    internal abstract string Kind { get; }

    /// <summary>Describes the average's memory, which has the values while the store has the average.</summary>
    internal virtual void Describe(StateVisitor visitor)
    {
        visitor.Fixed("kind", Kind);
        long updates = visitor.Integer("updates", UpdateCount);
        bool swapped = visitor.Flag("swapped", IsSwapped);
        if (swapped && updates == 0)
            throw visitor.Mismatch("swapped is true with 0 updates; there is no average yet that could be swapped in.");
        foreach (Parameter parameter in Store.Parameters)
            visitor.Tensor(parameter, "average", parameter.Shape, _average.Memory.Slice(parameter.Offset, parameter.Length));
        visitor.Commit(() => (UpdateCount, IsSwapped) = (updates, swapped));
    }

    /// <summary>How much of the way to the values the average goes after so many updates, at least 1.</summary>
    private protected abstract double Weight(long updates);
}
