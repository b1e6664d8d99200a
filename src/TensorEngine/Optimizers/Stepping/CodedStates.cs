using TensorEngine.Compression;

namespace TensorEngine.Optimizers.Stepping;

/// <summary>The state of parameters if some of it is compressed: for each format, a buffer for each kind.</summary>
internal sealed class CodedStates
{
    private readonly StateFormats _formats;
    private readonly IReadOnlyList<Parameter> _parameters;

    // By format and kind: codes, or floats where a kind is not compressed.
    private readonly CodeBuffer?[][] _codes;
    private readonly AlignedBuffer?[][] _floats;

    public CodedStates(StateFormats formats, IReadOnlyList<Parameter> parameters, int firstPlace)
    {
        (_formats, _parameters) = (formats, parameters);
        _codes = new CodeBuffer?[formats.Count][];
        _floats = new AlignedBuffer?[formats.Count][];
        for (int format = 1; format < formats.Count; format++)
        {
            Coding[] codings = formats.CodingsOf(format);
            int length = formats.Length(format);
            _codes[format] =
                [.. codings.Select((one, index) => one == Coding.Float32 ? null : new CodeBuffer(one, length, firstPlace + index))];
            _floats[format] =
                [.. codings.Select((one, index) => one == Coding.Float32 ? new AlignedBuffer(length, firstPlace + index) : null)];
        }
    }

    /// <summary>Returns whether some of a parameter's state is compressed.</summary>
    public bool Has(int slot) => _formats.Of(slot) != 0;

    /// <summary>Returns the number of elements of a parameter.</summary>
    public int Length(int slot) => _parameters[slot].Length;

    public StateCodec CodecOf(int slot, int index) => _formats.CodingOf(slot, index).Codec();

    /// <summary>Returns the state as floats, if it is stored as floats.</summary>
    public bool TryGetFloats(int slot, int index, out Memory<float> floats)
    {
        floats = _floats[_formats.Of(slot)][index]?.Memory.Slice(_formats.Offset(slot), _parameters[slot].Length) ?? default;
        return _codes[_formats.Of(slot)][index] is null;
    }

    public void Read(int slot, int index, Span<float> destination)
    {
        if (TryGetFloats(slot, index, out Memory<float> floats))
            floats.Span.CopyTo(destination);
        else
            CodesOf(slot, index).Decode(_formats.Offset(slot), destination);
    }

    /// <summary>Sets the state from floats.</summary>
    public void Write(int slot, int index, ReadOnlySpan<float> source)
    {
        if (TryGetFloats(slot, index, out Memory<float> floats))
            source.CopyTo(floats.Span);
        else
            CodesOf(slot, index).Encode(source, _formats.Offset(slot), index);
    }

    /// <summary>Copies the codes of another arrangement, if they are of the same kind.</summary>
    public bool TryCopy(int slot, int index, CodedStates other)
    {
        if (_formats.CodingOf(slot, index) != other._formats.CodingOf(slot, index) || TryGetFloats(slot, index, out _))
            return false;
        CodedTensor own = TensorOf(slot, index), others = other.TensorOf(slot, index);
        others.Codes.CopyTo(own.Codes);
        others.Scales.CopyTo(own.Scales);
        return true;
    }

    /// <summary>Passes the buffers of a map to a sweep.</summary>
    public void Wire(ref SweepBuffers sweep, int[] map, int format)
    {
        sweep.Codings = _formats.CodingsOf(format);
        sweep.CodingMap = map;
        sweep.CodeLength = _formats.Length(format);
        for (int i = 0; i < map.Length; i++)
        {
            if (_codes[format][map[i]] is { } codes)
                sweep.SetCodes(i, ref codes.Start);
            else
                sweep.SetState(i, _floats[format][map[i]]!.Span);
        }
    }

    public void Describe(StateArchive archive, int slot, int index, string name)
    {
        if (TryGetFloats(slot, index, out Memory<float> floats))
            archive.Tensor(_parameters[slot], name, _parameters[slot].Shape, floats);
        else
            archive.Tensor(_parameters[slot], name, TensorOf(slot, index));
    }

    private CodedTensor TensorOf(int slot, int index) =>
        new(CodesOf(slot, index), _formats.Offset(slot), _parameters[slot].Shape, index);

    private CodeBuffer CodesOf(int slot, int index) => _codes[_formats.Of(slot)][index]!;
}
