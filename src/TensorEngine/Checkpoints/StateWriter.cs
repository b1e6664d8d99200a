using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TensorEngine.Checkpoints;

/// <summary>
/// Writes the state that a part of a checkpoint describes: small values as a JSON object, tensors into a list. State that
/// <see cref="StateReader"/> could not read is refused.
/// </summary>
internal sealed class StateWriter : StateArchive
{
    // Names of any script stay as they are; the text is for no web page.
    private static readonly JsonWriterOptions s_readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaximumDepth,
    };

    private readonly StatePlace _place;
    private readonly List<StateTensor> _tensors;
    private readonly Utf8JsonWriter _json;
    private readonly OpenMembers _open;

    private StateWriter(StatePlace place, List<StateTensor> tensors, Utf8JsonWriter json, OpenMembers open) =>
        (_place, _tensors, _json, _open) = (place, tensors, json, open);

    public override string Path => _place.Path;

    /// <summary>Describes a part.</summary>
    /// <param name="part">Its name, with which the names of its tensors start.</param>
    /// <param name="describe">The part.</param>
    /// <param name="tensors">Receives the tensors.</param>
    /// <returns>The JSON object.</returns>
    public static string Write(string part, Action<StateArchive> describe, List<StateTensor> tensors)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, s_readable))
            new StateWriter(new StatePlace(part), tensors, json, new OpenMembers()).WriteObject(describe);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    public override bool Flag(string name, bool value)
    {
        StartMember(name);
        _json.WriteBooleanValue(value);
        return value;
    }

    public override long Integer(string name, long value, long least = 0, long most = long.MaxValue)
    {
        if (value < least || value > most)
            throw Wrong($"{name} is {value}; it must be from {least} to {most}.");
        StartMember(name);
        _json.WriteNumberValue(value);
        return value;
    }

    public override double Number(string name, double value)
    {
        StartMember(name);
        WriteNumber(value);
        return value;
    }

    public override double? Optional(string name, double? value)
    {
        StartMember(name);
        if (value is { } number)
            WriteNumber(number);
        else
            _json.WriteNullValue();
        return value;
    }

    internal override bool Has(string name, bool here) => here;

    public override string Text(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        StartMember(name);
        WriteText(name, value);
        return value;
    }

    public override ulong[] Words(string name, ReadOnlySpan<ulong> value)
    {
        StartList(name);
        foreach (ulong word in value)
            _json.WriteNumberValue(word);
        _json.WriteEndArray();
        return value.ToArray();
    }

    public override double[] Numbers(string name, ReadOnlySpan<double> value)
    {
        StartList(name);
        foreach (double number in value)
            WriteNumber(number);
        _json.WriteEndArray();
        return value.ToArray();
    }

    public override string[] Names(string name, IEnumerable<string> value)
    {
        string[] names = [.. Require.NotNull(value)];
        StartList(name);
        foreach (string text in names)
            WriteText(name, text ?? throw Wrong($"{name} has a text that is null."));
        _json.WriteEndArray();
        return names;
    }

    public override void Tensor(Parameter parameter, string state, Shape shape, Memory<float> memory) =>
        _tensors.Add(_place.Tensor(parameter, state, shape, memory));

    internal override void Tensor(Parameter parameter, string state, ICodedState codes) =>
        _tensors.Add(_place.Tensor(parameter, state, codes));

    public override void Tensor(string state, Shape shape, Memory<float> memory) => _tensors.Add(_place.Tensor(state, shape, memory));

    public override void Tensor(string state, Shape shape, Memory<double> memory) => _tensors.Add(_place.Tensor(state, shape, memory));

    public override void Within(string name, Action<StateArchive> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        StartMember(name);
        new StateWriter(_place.Member(name), _tensors, _json, _open).WriteObject(describe);
    }

    public override int Each(string name, int count, Action<StateArchive, int> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        StartList(name);
        for (int i = 0; i < count; i++)
        {
            int index = i;
            new StateWriter(_place.Item(name, i), _tensors, _json, _open).WriteObject(item => describe(item, index));
        }

        _json.WriteEndArray();
        return count;
    }

    public override void Commit(Action change) => ArgumentNullException.ThrowIfNull(change);

    private void WriteObject(Action<StateArchive> describe)
    {
        _json.WriteStartObject();
        _open.Open(this);
        describe(this);
        _open.Close();
        _json.WriteEndObject();
    }

    private void StartList(string name)
    {
        StartMember(name);
        _json.WriteStartArray();
    }

    private void StartMember(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_open.Innermost != this)
        {
            throw Wrong(
                $"\"{name}\" was described to an archive that is not the innermost one; within a member or list item, use the "
                + "archive that is passed to its description.");
        }

        if (Require.LoneSurrogate(name) >= 0)
            throw Wrong("a name has an unpaired surrogate; names must be well-formed Unicode.");
        if (!_open.TryAdd(name))
            throw Wrong($"\"{name}\" was described twice; names must be unique.");
        _json.WritePropertyName(name);
    }

    private void WriteText(string name, string text)
    {
        if (Require.LoneSurrogate(text) >= 0)
            throw Wrong($"{name} has an unpaired surrogate; it must be well-formed Unicode.");
        _json.WriteStringValue(text);
    }

    // JSON has no numbers that are not finite; the shortest text that gives the number back is what is written of the others.
    private void WriteNumber(double value)
    {
        if (double.IsFinite(value))
            _json.WriteNumberValue(value);
        else
            _json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    private InvalidOperationException Wrong(string reason) => new($"{Path}: {reason}");
}
