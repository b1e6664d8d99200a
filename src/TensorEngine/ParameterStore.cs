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
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ParameterStore : IEnumerable<Parameter>
{
    private readonly List<Parameter> _parameters = [];
    private readonly Dictionary<string, Parameter> _byName = new(StringComparer.Ordinal);
    private AlignedBuffer? _values;
    private AlignedBuffer? _gradients;
    private int _paddedLength;

    /// <summary>The parameters in the order in which they were added.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>The number of parameters.</summary>
    public int Count => _parameters.Count;

    /// <summary>The total number of elements of all parameters, without padding.</summary>
    public long ElementCount { get; private set; }

    /// <summary>Whether the layout is fixed, so that no more parameters can be added.</summary>
    public bool IsFrozen => _values is not null;

    /// <summary>All values, including padding. The padding is 0 and must stay 0.</summary>
    /// <exception cref="InvalidOperationException">The layout is not fixed yet; see <see cref="Freeze"/>.</exception>
    public Span<float> Values => ValueBuffer.Span;

    /// <summary>All gradients, including padding. The padding is 0 and must stay 0.</summary>
    /// <exception cref="InvalidOperationException">The layout is not fixed yet; see <see cref="Freeze"/>.</exception>
    public Span<float> Gradients => GradientBuffer.Span;

    /// <summary>Counts the changes of <see cref="Parameter.Trainable"/>, so that optimizers notice them.</summary>
    internal int TrainableRevision { get; set; }

    internal AlignedBuffer ValueBuffer => _values ?? throw NotFrozen();

    internal AlignedBuffer GradientBuffer => _gradients ?? throw NotFrozen();

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

        long free = AlignedBuffer.MaxLength - _paddedLength;
        if (shape.ElementCount > free || AlignedBuffer.Padded(shape.ElementCount) > free)
        {
            throw new ArgumentException(
                $"shape is {shape} with {shape.ElementCount} elements; the store has room for {free} more, "
                + $"each parameter padded to a multiple of {AlignedBuffer.Alignment}.",
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
        _values ??= new AlignedBuffer(_paddedLength);
        _gradients ??= new AlignedBuffer(_paddedLength, place: 1);
    }

    /// <summary>
    /// Enumerates the parameters in the order in which they were added, so that you can pass a whole store to an optimizer.
    /// </summary>
    public IEnumerator<Parameter> GetEnumerator() => _parameters.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Sets all gradients to 0. Before the layout is fixed this has no effect, because all gradients are 0.</summary>
    public void ClearGradients()
    {
        _gradients?.Span.Clear();
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

    private string Known()
    {
        const int Shown = 8;
        string names = string.Join(", ", _parameters.Take(Shown).Select(parameter => $"\"{parameter.Name}\""));
        return Count == 0 ? "none" : Count <= Shown ? names : $"{names} and {Count - Shown} more";
    }
}
