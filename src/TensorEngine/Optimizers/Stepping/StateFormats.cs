using TensorEngine.Compression;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>
/// How the state of each parameter of an optimizer lies in memory, where that of some is compressed or values
/// are kept as bf16. Parameters with the same codings share a format, and in each buffer of it a parameter's elements start at the same
/// place. Format 0 is that of plain floats.
/// </summary>
internal sealed class StateFormats
{
    private readonly List<Coding[]> _codings = [[]];
    private readonly List<int> _lengths = [0];
    private readonly int[] _formats;
    private readonly int[] _offsets;

    private StateFormats(IReadOnlyList<Parameter> parameters, Coding[]?[] codings)
    {
        _formats = new int[parameters.Count];
        _offsets = new int[parameters.Count];
        for (int slot = 0; slot < parameters.Count; slot++)
        {
            int format = codings[slot] is { } own ? Find(own) : 0;
            long length = format == 0 ? parameters[slot].PaddedLength : Codings.Padded(parameters[slot].Length);
            _formats[slot] = format;
            _offsets[slot] = _lengths[format];
            _lengths[format] = checked((int)(_lengths[format] + length));
        }
    }

    /// <summary>The number of formats, including that of plain floats.</summary>
    public int Count => _codings.Count;

    /// <summary>Returns the formats of parameters, or null if none is compressed.</summary>
    /// <param name="parameters">The parameters, by slot.</param>
    /// <param name="layouts">The kinds of state.</param>
    /// <param name="compressionOf">Returns the compression for the state of a slot.</param>
    public static StateFormats? For(
        IReadOnlyList<Parameter> parameters, IReadOnlyList<StateLayout> layouts, Func<int, StateCompression> compressionOf)
    {
        Coding[]?[] codings = [.. parameters.Select((parameter, slot) => CodingsOf(parameter, layouts, compressionOf(slot)))];
        return Array.TrueForAll(codings, one => one is null) ? null : new(parameters, codings);
    }

    /// <summary>Returns the format of a parameter.</summary>
    public int Of(int slot) => _formats[slot];

    /// <summary>Returns the offset of a parameter in the buffers of its format, in elements.</summary>
    public int Offset(int slot) => _offsets[slot];

    /// <summary>Returns the number of elements in each buffer of a format.</summary>
    public int Length(int format) => _lengths[format];

    /// <summary>Returns the codings of all kinds of state of a format other than 0.</summary>
    public Coding[] CodingsOf(int format) => _codings[format];

    /// <summary>Returns the coding of a kind of state of a parameter.</summary>
    public Coding CodingOf(int slot, int index) => Of(slot) == 0 ? Coding.Float32 : _codings[Of(slot)][index];

    /// <summary>Returns whether all parameters have the same layout.</summary>
    public bool IsSame(StateFormats? other) =>
        other is not null && _formats.AsSpan().SequenceEqual(other._formats)
        && _codings.Zip(other._codings).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));

    private static Coding[]? CodingsOf(Parameter parameter, IReadOnlyList<StateLayout> layouts, StateCompression compression)
    {
        // Beside values of bf16 all state lies in blocks, floats, too.
        bool hasHalves = parameter.Store.HasHalves, isSmall = parameter.Length < compression.LeastLength;
        if (!hasHalves && (compression.IsNone || isSmall))
            return null;
        Coding[] codings =
            [.. layouts.Select(layout => isSmall ? Coding.Float32 : Codings.For(compression.Of(layout.Name), layout.IsNonNegative))];
        return !hasHalves && Array.TrueForAll(codings, one => one == Coding.Float32) ? null : codings;
    }

    private int Find(Coding[] codings)
    {
        int found = _codings.FindIndex(1, one => one.AsSpan().SequenceEqual(codings));
        if (found > 0)
            return found;
        _codings.Add(codings);
        _lengths.Add(0);
        return _codings.Count - 1;
    }
}
