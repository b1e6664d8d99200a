using System.Text;
using System.Text.Json;

namespace TensorEngine.Checkpoints;

/// <summary>
/// Reads and checks the output of <see cref="StateWriter"/>; changes wait for <see cref="StateLoad.Commit"/>. Values are read in place in
/// the text, without building a tree: a part may have hundreds of thousands of them.
/// </summary>
internal sealed class StateReader : StateArchive
{
    private readonly StatePlace _place;
    private readonly JsonMembers _members;
    private readonly StateLoad _load;
    private readonly List<string> _asked = [];

    private StateReader(StatePlace place, ReadOnlyMemory<byte> json, StateLoad load) =>
        (_place, _members, _load) = (place, new JsonMembers(json), load);

    /// <summary>Reads the first token of an item of a list.</summary>
    private delegate bool ItemReader<T>(ref Utf8JsonReader reader, out T item);

    public override string Path => _place.Path;

    /// <summary>Reads and checks a part.</summary>
    /// <param name="part">Its name, with which the names of its tensors start.</param>
    /// <param name="json">Its JSON object.</param>
    /// <param name="describe">The part.</param>
    /// <param name="load">Receives the tensors to read and the changes to make.</param>
    /// <exception cref="InvalidDataException">The saved state does not match the part.</exception>
    public static void Read(string part, string json, Action<StateArchive> describe, StateLoad load)
    {
        var place = new StatePlace(part);
        byte[] text = Encoding.UTF8.GetBytes(json);
        try
        {
            if (JsonValue.Check(text) != JsonTokenType.StartObject)
                throw new InvalidDataException($"{place.Path}: it is not a JSON object.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{place.Path}: it is not JSON: {exception.Message}", exception);
        }

        new StateReader(place, text, load).Run(describe);
    }

    public override bool Flag(string name, bool value)
    {
        ReadOnlyMemory<byte> json = Get(name);
        return JsonValue.KindOf(json.Span) switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => throw Wrong(name, json, "true or false"),
        };
    }

    public override long Integer(string name, long value, long least = 0, long most = long.MaxValue)
    {
        ReadOnlyMemory<byte> json = Get(name);
        Utf8JsonReader reader = JsonValue.Open(json.Span);
        return JsonValue.TryGetInteger(ref reader, out long integer) && integer >= least && integer <= most
            ? integer
            : throw Wrong(name, json, $"an integer from {least} to {most}");
    }

    public override double Number(string name, double value) => ToNumber(name, Get(name));

    public override double? Optional(string name, double? value)
    {
        ReadOnlyMemory<byte> json = Get(name);
        return JsonValue.KindOf(json.Span) == JsonTokenType.Null ? null : ToNumber(name, json);
    }

    internal override bool Has(string name, bool here) => _members.TryFind(name, out _);

    public override string Text(string name, string value)
    {
        ReadOnlyMemory<byte> json = Get(name);
        Utf8JsonReader reader = JsonValue.Open(json.Span);
        return JsonValue.TryGetText(ref reader, out string text) ? text : throw Wrong(name, json, "a well-formed text");
    }

    public override ulong[] Words(string name, ReadOnlySpan<ulong> value) =>
        List<ulong>(name, JsonValue.TryGetWord, "a list of integers from 0 to 2^64 - 1");

    public override double[] Numbers(string name, ReadOnlySpan<double> value) =>
        List<double>(name, JsonValue.TryGetNumber, "a list of numbers, \"NaN\", \"Infinity\" or \"-Infinity\"");

    public override string[] Names(string name, IEnumerable<string> value) =>
        List<string>(name, JsonValue.TryGetText, "a list of texts that are well-formed");

    public override void Tensor(Parameter parameter, string state, Shape shape, Memory<float> memory) =>
        _load.Add(_place.Tensor(parameter, state, shape, memory));

    internal override void Tensor(Parameter parameter, string state, ICodedState codes) =>
        _load.Add(_place.Tensor(parameter, state, codes));

    internal override void TensorPart(Parameter parameter, string state, Shape shape, Memory<float> memory, int start) =>
        _load.Add(_place.TensorPart(parameter, state, shape, memory, start));

    public override void Tensor(string state, Shape shape, Memory<float> memory) => _load.Add(_place.Tensor(state, shape, memory));

    public override void Tensor(string state, Shape shape, Memory<double> memory) => _load.Add(_place.Tensor(state, shape, memory));

    public override void Within(string name, Action<StateArchive> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        ReadOnlyMemory<byte> json = Get(name);
        if (JsonValue.KindOf(json.Span) != JsonTokenType.StartObject)
            throw Wrong(name, json, "an object");
        new StateReader(_place.Member(name), json, _load).Run(describe);
    }

    public override int Each(string name, int count, Action<StateArchive, int> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        ReadOnlyMemory<byte> list = GetList(name, "a list of objects");
        Utf8JsonReader reader = JsonValue.Open(list.Span);
        int found = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; found++)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                throw Wrong(name, list, "a list of objects");
            int start = (int)reader.TokenStartIndex, index = found;
            reader.Skip();
            new StateReader(_place.Item(name, index), list[start..(int)reader.BytesConsumed], _load).Run(item => describe(item, index));
        }

        return found;
    }

    public override void Commit(Action change) => _load.Add(Require.NotNull(change));

    private void Run(Action<StateArchive> describe)
    {
        try
        {
            describe(this);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            throw Mismatch(exception.Message, exception);
        }

        if (_members.FindUnknown(_asked) is { } unknown)
            throw Mismatch($"it has {unknown}.");
    }

    private ReadOnlyMemory<byte> Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_members.TryFind(name, out ReadOnlyMemory<byte> json))
            throw Mismatch($"it has no {name}.");
        _asked.Add(name);
        return json;
    }

    private ReadOnlyMemory<byte> GetList(string name, string allowed)
    {
        ReadOnlyMemory<byte> list = Get(name);
        return JsonValue.KindOf(list.Span) == JsonTokenType.StartArray ? list : throw Wrong(name, list, allowed);
    }

    private T[] List<T>(string name, ItemReader<T> read, string allowed)
    {
        ReadOnlyMemory<byte> list = GetList(name, allowed);
        var items = new T[JsonValue.Count(list.Span)];
        Utf8JsonReader reader = JsonValue.Open(list.Span);
        foreach (ref T item in items.AsSpan())
        {
            reader.Read();
            if (!read(ref reader, out item))
                throw Wrong(name, list, allowed);
        }

        return items;
    }

    private double ToNumber(string name, ReadOnlyMemory<byte> json)
    {
        Utf8JsonReader reader = JsonValue.Open(json.Span);
        return JsonValue.TryGetNumber(ref reader, out double number)
            ? number
            : throw Wrong(name, json, "a number, \"NaN\", \"Infinity\" or \"-Infinity\"");
    }

    private InvalidDataException Wrong(string name, ReadOnlyMemory<byte> json, string allowed) =>
        Mismatch($"{name} is {JsonValue.Quoted(json.Span)}; it must be {allowed}.");
}
