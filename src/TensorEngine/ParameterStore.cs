using System.Collections;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TensorEngine;

/// <summary>
/// Holds all parameters of a model in one buffer of values and one of gradients, in the order in which they were added. Both buffers start
/// at a multiple of 64 bytes, and each parameter is padded with zeros to a multiple of 16 floats. Add all parameters first: the first
/// initializer, optimizer, average or checkpoint, or <see cref="Freeze"/>, fixes the layout and allocates the memory. Not thread-safe.
/// </summary>
/// <remarks>
/// A store created with <see cref="ValuePrecision.BFloat16"/> keeps both in half the memory, with each parameter padded to a multiple of
/// 32. Use <see cref="BFloat16Values"/> and <see cref="BFloat16Gradients"/> with it: <see cref="Values"/> and <see cref="Gradients"/>
/// throw, as does everything else that needs spans of floats. Initializers, elementwise optimizers, checkpoints and the tape work with it.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ParameterStore : IEnumerable<Parameter>
{
    private readonly List<Parameter> _parameters = [];
    private readonly Dictionary<string, Parameter> _byName = new(StringComparer.Ordinal);
    private AlignedBuffer? _values;
    private AlignedBuffer? _gradients;
    private HalfBuffer? _halfValues;
    private HalfBuffer? _halfGradients;
    private int _paddedLength;

    /// <summary>Makes an empty store.</summary>
    /// <param name="precision">How values and gradients are kept.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="precision"/> is none.</exception>
    public ParameterStore(ValuePrecision precision = ValuePrecision.Float32)
    {
        if (!Enum.IsDefined(precision))
        {
            throw new ArgumentOutOfRangeException(
                nameof(precision),
                precision,
                $"precision is {(int)precision}; it must be one of {string.Join(", ", Enum.GetNames<ValuePrecision>())}.");
        }

        Precision = precision;
    }

    /// <summary>How values and gradients are kept.</summary>
    public ValuePrecision Precision { get; }

    /// <summary>The parameters in the order of their registration.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>The number of parameters.</summary>
    public int Count => _parameters.Count;

    /// <summary>The total number of elements of all parameters, without padding.</summary>
    public long ElementCount { get; private set; }

    /// <summary>Whether the layout is fixed and no parameter can be added.</summary>
    public bool IsFrozen => _values is not null || _halfValues is not null;

    /// <summary>All values, padding included. The padding is 0 and must stay 0.</summary>
    /// <exception cref="InvalidOperationException">
    /// The layout is not fixed yet (see <see cref="Freeze"/>), or the values are kept as bf16.
    /// </exception>
    public Span<float> Values => ValueBuffer.Span;

    /// <summary>All gradients, padding included. The padding is 0 and must stay 0.</summary>
    /// <exception cref="InvalidOperationException">
    /// The layout is not fixed yet (see <see cref="Freeze"/>), or the gradients are kept as bf16.
    /// </exception>
    public Span<float> Gradients => GradientBuffer.Span;

    /// <summary>
    /// All values of a store of <see cref="ValuePrecision.BFloat16"/>, padding included: the upper halves of floats, which
    /// <see cref="Compression.BFloat16"/> widens. The padding is 0 and must stay 0.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The layout is not fixed yet (see <see cref="Freeze"/>), or the values are kept as floats.
    /// </exception>
    public Span<ushort> BFloat16Values => HalfValueBuffer.Span;

    /// <summary>All gradients of a store of <see cref="ValuePrecision.BFloat16"/>, in the same form.</summary>
    /// <exception cref="InvalidOperationException">
    /// The layout is not fixed yet (see <see cref="Freeze"/>), or the gradients are kept as floats.
    /// </exception>
    public Span<ushort> BFloat16Gradients => HalfGradientBuffer.Span;

    /// <summary>Counts the changes of <see cref="Parameter.Trainable"/>, so that optimizers notice them.</summary>
    internal int TrainableRevision { get; set; }

    internal AlignedBuffer ValueBuffer => _values ?? throw NoFloats(nameof(Values), nameof(BFloat16Values));

    internal AlignedBuffer GradientBuffer => _gradients ?? throw NoFloats(nameof(Gradients), nameof(BFloat16Gradients));

    internal HalfBuffer HalfValueBuffer => _halfValues ?? throw NoHalves(nameof(BFloat16Values), nameof(Values));

    internal HalfBuffer HalfGradientBuffer => _halfGradients ?? throw NoHalves(nameof(BFloat16Gradients), nameof(Gradients));

    /// <summary>Whether values and gradients are kept as bf16.</summary>
    internal bool HasHalves => Precision == ValuePrecision.BFloat16;

    /// <summary>The parameter with the name <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="KeyNotFoundException">No parameter has that name.</exception>
    public Parameter this[string name] =>
        TryGetValue(name, out Parameter? parameter)
            ? parameter
            : throw new KeyNotFoundException($"There is no parameter \"{name}\"; the store has {Known()}.");

    /// <summary>Finds the parameter with the name <paramref name="name"/> (ordinal comparison).</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public bool TryGetValue(string name, [MaybeNullWhen(false)] out Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _byName.TryGetValue(name, out parameter);
    }

    /// <summary>Adds a parameter whose values and gradients are 0.</summary>
    /// <param name="name">The name: not empty, well-formed Unicode, and not yet in the store.</param>
    /// <param name="shape">The lengths of the dimensions; none for a scalar.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="name"/> is empty, already in use, or contains an unpaired surrogate; or the store would hold more elements than one
    /// array can.
    /// </exception>
    /// <exception cref="InvalidOperationException">The layout is fixed.</exception>
    public Parameter Add(string name, Shape shape)
    {
        Require.WellFormed(name);
        if (name.Length == 0)
            throw new ArgumentException("name is empty; a parameter must have a name.", nameof(name));
        if (_byName.ContainsKey(name))
            throw new ArgumentException($"name is \"{name}\", which the store already has; names must be unique.", nameof(name));
        if (IsFrozen)
        {
            throw new InvalidOperationException(
                $"Cannot add \"{name}\": the layout was fixed by the store's first "
                + "initializer, optimizer, average or checkpoint, or by Freeze. Add all parameters first.");
        }

        long free = (HasHalves ? HalfBuffer.MaxLength : AlignedBuffer.MaxLength) - _paddedLength;
        if (shape.ElementCount > free || Padded(shape.ElementCount) > free)
        {
            throw new ArgumentException(
                $"shape is {shape} with {shape.ElementCount} elements; the store has room for {free} more, "
                + $"each parameter padded to a multiple of {Padded(1)}.",
                nameof(shape));
        }

        var parameter = new Parameter(this, name, shape, _paddedLength);
        _parameters.Add(parameter);
        _byName.Add(name, parameter);
        _paddedLength += parameter.PaddedLength;
        ElementCount += parameter.Length;
        return parameter;
    }

    /// <summary>
    /// Fixes the layout and allocates the memory; values and gradients are 0. Initializers, optimizers, averages and checkpoints call it
    /// for the stores they are given; call it yourself if you use the spans earlier. Later calls do nothing.
    /// </summary>
    public void Freeze()
    {
        if (HasHalves)
        {
            _halfValues ??= new HalfBuffer(_paddedLength);
            _halfGradients ??= new HalfBuffer(_paddedLength, place: 1);
            return;
        }

        _values ??= new AlignedBuffer(_paddedLength);
        _gradients ??= new AlignedBuffer(_paddedLength, place: 1);
    }

    /// <summary>How many elements one of so many takes, padding included.</summary>
    internal long Padded(long length) => HasHalves ? HalfBuffer.Padded(length) : AlignedBuffer.Padded(length);

    /// <summary>The parameters in the order of their registration, so that a store can be handed to an optimizer whole.</summary>
    public IEnumerator<Parameter> GetEnumerator() => _parameters.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Sets all gradients to 0. Before the layout is fixed this has no effect, because all gradients are 0.</summary>
    public void ClearGradients()
    {
        _gradients?.Span.Clear();
        _halfGradients?.Span.Clear();
        GradientClears++;
    }

    /// <summary>The number of times that all gradients were set to 0, for code that tracks nonzero gradients.</summary>
    internal long GradientClears { get; private set; }

    /// <summary>The object that has swapped the values for others, so that no step may be taken on them, or null.</summary>
    internal object? ValuesTakenBy { get; set; }

    /// <summary>Throws if the values are those of an average, on which no step may be taken.</summary>
    internal void CheckValuesAreOwn()
    {
        if (ValuesTakenBy is not null)
            throw new InvalidOperationException("An average is swapped in; swap the values back before the step.");
    }

    /// <summary>Returns a summary such as "4 parameters, 26122 elements".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} parameters, {ElementCount} elements");

    private static InvalidOperationException NotFrozen() => new(
        "The store has no memory yet, because parameters may still be added. Call Freeze, or create an optimizer, first.");

    private InvalidOperationException NoFloats(string asked, string instead) =>
        HasHalves ? new($"The store keeps {Precision}, so it has no {asked}; read {instead}, and convert it to floats with BFloat16.Widen.")
        : NotFrozen();

    private InvalidOperationException NoHalves(string asked, string instead) =>
        HasHalves ? NotFrozen() : new($"The store keeps {Precision}, so it has no {asked}; use {instead}.");

    private string Known()
    {
        const int Shown = 8;
        string names = string.Join(", ", _parameters.Take(Shown).Select(parameter => $"\"{parameter.Name}\""));
        return Count == 0 ? "none" : Count <= Shown ? names : $"{names} and {Count - Shown} more";
    }
}
