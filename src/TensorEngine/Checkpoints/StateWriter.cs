using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TensorEngine.Checkpoints;

/// <summary>Writes what a part of a checkpoint describes: small things as a JSON object, tensors into a list.</summary>
internal sealed class StateWriter : StateVisitor
{
    // Names of any script stay as they are; the text is for no web page.
    private static readonly JsonWriterOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _part;
    private readonly List<StateTensor> _tensors;
    private readonly Utf8JsonWriter _json;

    private StateWriter(string part, List<StateTensor> tensors, Utf8JsonWriter json)
        : base($"\"{part}\"") => (_part, _tensors, _json) = (part, tensors, json);

    /// <summary>Describes a part.</summary>
    /// <param name="part">Its name, which its tensors' names start with.</param>
    /// <param name="describe">The part.</param>
    /// <param name="tensors">Receives the tensors.</param>
    /// <returns>The JSON object.</returns>
    public static string Write(string part, Action<StateVisitor> describe, List<StateTensor> tensors)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, s_readable))
        {
            json.WriteStartObject();
            describe(new StateWriter(part, tensors, json));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    public override bool Flag(string name, bool value)
    {
        _json.WriteBoolean(name, value);
        return value;
    }

    public override long Integer(string name, long value, long least = 0, long most = long.MaxValue)
    {
        _json.WriteNumber(name, value);
        return value;
    }

    public override double Number(string name, double value)
    {
        _json.WritePropertyName(name);
        WriteNumber(value);
        return value;
    }

    public override double? Optional(string name, double? value)
    {
        if (value is { } number)
            Number(name, number);
        else
            _json.WriteNull(name);
        return value;
    }

    public override string Text(string name, string value)
    {
        _json.WriteString(name, value);
        return value;
    }

    public override ulong[] Words(string name, ReadOnlySpan<ulong> value)
    {
        _json.WriteStartArray(name);
        foreach (ulong word in value)
            _json.WriteNumberValue(word);
        _json.WriteEndArray();
        return value.ToArray();
    }

    public override double[] Numbers(string name, ReadOnlySpan<double> value)
    {
        _json.WriteStartArray(name);
        foreach (double number in value)
            WriteNumber(number);
        _json.WriteEndArray();
        return value.ToArray();
    }

    public override string[] Names(string name, IEnumerable<string> value)
    {
        string[] names = [.. value];
        _json.WriteStartArray(name);
        foreach (string text in names)
            _json.WriteStringValue(text);
        _json.WriteEndArray();
        return names;
    }

    public override void Tensor(Parameter parameter, string state, Shape shape, Memory<float> memory) =>
        _tensors.Add(new StateTensor($"{_part}/{parameter.Name}/{state}", shape, memory, default));

    public override void Tensor(string state, Shape shape, Memory<double> memory) =>
        _tensors.Add(new StateTensor($"{_part}/{state}", shape, default, memory));

    public override void Within(string name, Action<StateVisitor> describe)
    {
        _json.WriteStartObject(name);
        describe(this);
        _json.WriteEndObject();
    }

    public override int Each(string name, int count, Action<StateVisitor, int> describe)
    {
        _json.WriteStartArray(name);
        for (int i = 0; i < count; i++)
        {
            _json.WriteStartObject();
            describe(this, i);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        return count;
    }

    public override void Commit(Action change)
    {
    }

    // JSON has no numbers that are not finite; the shortest text that gives the number back is what is written of the others.
    private void WriteNumber(double value)
    {
        if (double.IsFinite(value))
            _json.WriteNumberValue(value);
        else
            _json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }
}
