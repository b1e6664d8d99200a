using System.Collections;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TensorEngine;

/// <summary>
/// All parameters of a model in one buffer of values and one of gradients, in the order of their registration. Both start at a
/// multiple of 64 bytes, and each parameter is padded with zeros to a multiple of 16 floats. Add the parameters first: the first
/// initializer, optimizer, average or checkpoint fixes the layout and takes the memory, or <see cref="Freeze"/> does.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ParameterStore : IEnumerable<Parameter>
{
    private readonly List<Parameter> _parameters = [];
    private readonly Dictionary<string, Parameter> _byName = new(StringComparer.Ordinal);
    private AlignedBuffer? _values;
    private AlignedBuffer? _gradients;
    private int _paddedLength;

    /// <summary>The parameters in the order of their registration.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>The number of parameters.</summary>
    public int Count => _parameters.Count;

    /// <summary>The number of elements of all parameters together, without padding.</summary>
    public long ElementCount { get; private set; }

    /// <summary>Whether the layout is fixed and no parameter can be added.</summary>
    public bool IsFrozen => _values is not null;

    /// <summary>All values, padding included. The padding is 0 and must stay 0.</summary>
    /// <exception cref="InvalidOperationException">The layout is not fixed yet; see <see cref="Freeze"/>.</exception>
    public Span<float> Values => ValueBuffer.Span;

    /// <summary>All gradients, padding included. The padding is 0 and must stay 0.</summary>
    /// <exception cref="InvalidOperationException">The layout is not fixed yet; see <see cref="Freeze"/>.</exception>
    public Span<float> Gradients => GradientBuffer.Span;

    /// <summary>Counts the changes of <see cref="Parameter.Trainable"/>, so that optimizers notice them.</summary>
    internal int TrainableRevision { get; set; }

    internal AlignedBuffer ValueBuffer => _values ?? throw NotFrozen();

    internal AlignedBuffer GradientBuffer => _gradients ?? throw NotFrozen();

    /// <summary>The parameter called <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="KeyNotFoundException">No parameter has that name.</exception>
    public Parameter this[string name] =>
        TryGetValue(name, out Parameter? parameter)
            ? parameter
            : throw new KeyNotFoundException($"There is no parameter \"{name}\"; the store has {Known()}.");

    /// <summary>Looks for the parameter called <paramref name="name"/> (ordinal comparison).</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public bool TryGetValue(string name, [MaybeNullWhen(false)] out Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _byName.TryGetValue(name, out parameter);
    }

    /// <summary>Adds a parameter, its values and gradients 0.</summary>
    /// <param name="name">The name: not empty, well-formed Unicode, not yet in the store.</param>
    /// <param name="shape">The lengths of the dimensions; none for a scalar.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="name"/> is empty, taken, or has a surrogate without its partner; or the store would hold more elements
    /// than one array can.
    /// </exception>
    /// <exception cref="InvalidOperationException">The layout is fixed.</exception>
    public Parameter Add(string name, Shape shape)
    {
        Require.WellFormed(name);
        if (name.Length == 0)
            throw new ArgumentException("name is empty; a parameter needs a name.", nameof(name));
        if (_byName.ContainsKey(name))
            throw new ArgumentException($"name is \"{name}\", which the store already has; names must be unique.", nameof(name));
        if (IsFrozen)
        {
            throw new InvalidOperationException(
                $"Cannot add \"{name}\": the store's layout is fixed since its first "
                + "initializer, optimizer, average or checkpoint, or since Freeze. Add all parameters first.");
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
    /// Fixes the layout and takes the memory, values and gradients 0. Initializers, optimizers, averages and checkpoints call it for the
    /// stores that they are given; call it yourself to use the spans before. Calling it again does nothing.
    /// </summary>
    public void Freeze()
    {
        _values ??= new AlignedBuffer(_paddedLength);
        _gradients ??= new AlignedBuffer(_paddedLength, place: 1);
    }

    /// <summary>The parameters in the order of their registration, so that a store can be handed to an optimizer whole.</summary>
    public IEnumerator<Parameter> GetEnumerator() => _parameters.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Sets all gradients to 0, which they are while the layout is not fixed.</summary>
    public void ClearGradients()
    {
        _gradients?.Span.Clear();
        GradientClears++;
    }

    /// <summary>How often all gradients were set to 0, for who keeps a list of those that are not.</summary>
    internal long GradientClears { get; private set; }

    /// <summary>What has exchanged the values for others, so that no step may be taken on them; null for nothing.</summary>
    internal object? ValuesTakenBy { get; set; }

    /// <summary>Throws if a step may not be taken on the values, as they are an average's.</summary>
    internal void CheckValuesAreOwn()
    {
        if (ValuesTakenBy is not null)
            throw new InvalidOperationException("An average is swapped in; swap the values back before the step.");
    }

    /// <summary>How much there is: "4 parameters, 26122 elements".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} parameters, {ElementCount} elements");

    private static InvalidOperationException NotFrozen() => new(
        "The store has no memory yet, since parameters may still be added. Call Freeze, or run an initializer or make an optimizer first.");

    private string Known()
    {
        const int Shown = 8;
        string names = string.Join(", ", _parameters.Take(Shown).Select(parameter => $"\"{parameter.Name}\""));
        return Count == 0 ? "none" : Count <= Shown ? names : $"{names} and {Count - Shown} more";
    }
}
