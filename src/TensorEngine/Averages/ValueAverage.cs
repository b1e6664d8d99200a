using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics;

namespace TensorEngine.Averages;

/// <summary>
/// An average of a store's values over the course of training, as torch.optim.swa_utils.AveragedModel: the first update copies the values,
/// and each later update moves the average toward them.
/// <code>
/// average = average + weight * (value - average)
/// </code>
/// The average of finite values is finite, and with weight 1 it equals the current value; infinite and NaN values stay in it. Swapping
/// replaces the values with the average for an evaluation, and restores the values afterward. All memory is allocated on construction.
/// </summary>
/// <remarks>
/// To write your own average, derive from this class and define the weight of each update and the name in a checkpoint:
/// <code>
/// public sealed class LateAverage(ParameterStore store) : ValueAverage(store)
/// {
///     protected override string Kind =&gt; "late";
///
///     protected override double Weight(long updates) =&gt; 2.0 / (updates + 2);
/// }
/// </code>
/// </remarks>
public abstract class ValueAverage : IStateful
{
    private readonly AlignedBuffer _average;

    // While the average is swapped in: the parameters that have it.
    private readonly bool[] _isExchanged;

    /// <summary>Allocates the memory for an average of <paramref name="store"/>, and fixes its layout.</summary>
    /// <param name="store">The store whose values are averaged.</param>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> is null.</exception>
    protected ValueAverage(ParameterStore store)
    {
        Store = Require.NotNull(store);
        store.Freeze();
        _average = new AlignedBuffer(store.Values.Length, place: 1);
        _isExchanged = new bool[store.Count];
    }

    /// <summary>The store whose values are averaged; its layout is fixed.</summary>
    public ParameterStore Store { get; }

    /// <summary>The parameters of <see cref="Store"/>.</summary>
    public IReadOnlyList<Parameter> Parameters => Store.Parameters;

    /// <summary>
    /// The threads that share long updates and exchanges, or null (the default) to use the calling thread alone. Results are bit-identical
    /// either way.
    /// </summary>
    public Workers? Workers { get; set; }

    /// <summary>The number of updates so far.</summary>
    public long UpdateCount { get; private set; }

    /// <summary>Whether the store holds the average, and the average's memory the values.</summary>
    public bool IsSwapped => Store.ValuesTakenBy == this;

    /// <summary>Returns the average of a parameter's values, one float per element; 0 before the first update.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="parameter"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="parameter"/> belongs to another store.</exception>
    public ReadOnlySpan<float> Average(Parameter parameter)
    {
        if (Require.NotNull(parameter).Store != Store)
            throw new ArgumentException($"parameter is {parameter}, which belongs to another store.", nameof(parameter));
        ReadOnlySpan<float> all = IsSwapped && _isExchanged[parameter.Index] ? Store.Values : _average.Span;
        return all.Slice(parameter.Offset, parameter.Length);
    }

    /// <summary>Updates the average with the store's values, in one pass. Call it after a step.</summary>
    /// <exception cref="InvalidOperationException">
    /// This or another average is swapped in, or <see cref="Weight"/> is not in [0, 1]. Nothing has changed then.
    /// </exception>
    public void Update()
    {
        if (Store.ValuesTakenBy is { } other)
        {
            throw new InvalidOperationException(
                $"{(other == this ? "The average" : "Another average")} is swapped in; swap the values back before updating it.");
        }

        if (UpdateCount == 0)
            Store.Values.CopyTo(_average.Span);
        else
            Interpolation.Between(CheckedWeight(), _average.Span, Store.Values, _average.Span, Workers);
        UpdateCount++;
    }

    /// <summary>
    /// Exchanges the store's values and the average; a second call exchanges them back. In between, no optimizer may step the store's
    /// parameters, and no other average may be updated or swapped in. Parameters that are not trainable when the average is swapped in keep
    /// their values.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no average yet, or another one is swapped in.</exception>
    public void Swap()
    {
        if (UpdateCount == 0)
            throw new InvalidOperationException("There is no average yet; update it before swapping it in.");
        if (Store.ValuesTakenBy is { } other && other != this)
            throw new InvalidOperationException("Another average is swapped in; swap its values back first.");
        for (int i = 0; i < _isExchanged.Length; i++)
        {
            Parameter parameter = Store.Parameters[i];
            if (!IsSwapped)
                _isExchanged[i] = parameter.Trainable;
            if (_isExchanged[i])
            {
                Span<float> average = _average.Span.Slice(parameter.Offset, parameter.Length);
                ElementLoop.Run(new Exchange(parameter.Values, average), average.Length, Workers);
            }
        }

        Store.ValuesTakenBy = IsSwapped ? null : this;
    }

    /// <summary>The name of this kind of average in saved state, which must be unique.</summary>
    protected abstract string Kind { get; }

    /// <summary>
    /// Describes the number of updates and the average's memory, which holds the values while the store holds the average.
    /// </summary>
    /// <param name="archive">The archive that saves or loads them.</param>
    /// <exception cref="ArgumentNullException"><paramref name="archive"/> is null.</exception>
    public virtual void Describe(StateArchive archive)
    {
        Require.NotNull(archive).Fixed("kind", Kind);
        long updates = archive.Count("updates", UpdateCount);
        bool swapped = archive.Flag("swapped", IsSwapped);
        if (swapped && updates == 0)
            throw archive.Mismatch("swapped is true with 0 updates; there is no average yet that could be swapped in.");
        bool[] exchanged = ExchangedIn(archive, swapped);
        foreach (Parameter parameter in Store.Parameters)
            archive.Tensor(parameter, "average", parameter.Shape, _average.Memory.Slice(parameter.Offset, parameter.Length));
        archive.Commit(() =>
        {
            UpdateCount = updates;
            exchanged.CopyTo(_isExchanged, 0);
            if (swapped)
                Store.ValuesTakenBy = this;
            else if (IsSwapped)
                Store.ValuesTakenBy = null;
        });
    }

    /// <summary>Returns the weight of an update: the share of the distance to the values that the average moves; in [0, 1].</summary>
    /// <param name="updates">The number of updates before this one; at least 1, because the first update copies the values.</param>
    protected abstract double Weight(long updates);

    private bool[] ExchangedIn(StateArchive archive, bool swapped)
    {
        bool[] exchanged = new bool[_isExchanged.Length];
        IEnumerable<Parameter> own = Store.Parameters.Where((_, i) => IsSwapped && !_isExchanged[i]);
        string[] keeping = archive.Names("keeping", own.Select(parameter => parameter.Name));
        foreach (string name in keeping)
        {
            if (!Store.TryGetValue(name, out _))
                throw archive.Mismatch($"\"{name}\" kept its values while the average was swapped in, but does not exist here.");
        }

        for (int i = 0; i < exchanged.Length; i++)
            exchanged[i] = swapped && !keeping.Contains(Store.Parameters[i].Name, StringComparer.Ordinal);
        return exchanged;
    }

    private double CheckedWeight()
    {
        double weight = Weight(UpdateCount);
        return weight is >= 0 and <= 1
            ? weight
            : throw new InvalidOperationException($"Weight({UpdateCount}) is {weight}; it must be at least 0 and at most 1.");
    }

    private readonly ref struct Exchange(Span<float> left, Span<float> right) : IElementOperation
    {
        private readonly ref float _left = ref MemoryMarshal.GetReference(left);
        private readonly ref float _right = ref MemoryMarshal.GetReference(right);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TFloat>(nint index)
            where TFloat : struct, IFloatLane<TFloat>
        {
            TFloat value = TFloat.Load(ref _left, index);
            TFloat.Load(ref _right, index).Store(ref _left, index);
            value.Store(ref _right, index);
        }
    }
}
