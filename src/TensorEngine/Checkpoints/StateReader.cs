using System.Text;
using System.Text.Json;
using TensorEngine.Files;

namespace TensorEngine.Checkpoints;

/// <summary>Reads what <see cref="StateWriter"/> has written and checks it; changes wait for <see cref="StateLoad.Commit"/>.</summary>
internal sealed class StateReader : StateArchive
{
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = MaximumDepth };

    private readonly StatePlace _place;
    private readonly JsonElement _element;
    private readonly StateLoad _load;
    private readonly List<string> _known = [];

    private StateReader(StatePlace place, JsonElement element, StateLoad load) => (_place, _element, _load) = (place, element, load);

    public override string Path => _place.Path;

    /// <summary>Checks a part.</summary>
    /// <param name="part">Its name, which its tensors' names start with.</param>
    /// <param name="json">Its JSON object.</param>
    /// <param name="describe">The part.</param>
    /// <param name="load">Receives the tensors to read and the changes to make.</param>
    /// <exception cref="InvalidDataException">What was saved is not what the part can load.</exception>
    public static void Read(string part, string json, Action<StateArchive> describe, StateLoad load)
    {
        var place = new StatePlace(part);
        byte[] text = Encoding.UTF8.GetBytes(json);
        JsonElement root;
        try
        {
            CheckDensity(place.Path, text);
            root = JsonDocument.Parse(text, s_strict).RootElement;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{place.Path}: it is not JSON: {exception.Message}", exception);
        }

        if (root.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{place.Path}: it is not a JSON object.");
        new StateReader(place, root, load).Run(describe);
    }

    public override bool Flag(string name, bool value) => Get(name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Wrong(name, "true or false"),
    };

    public override long Integer(string name, long value, long least = 0, long most = long.MaxValue) =>
        Get(name) is { ValueKind: JsonValueKind.Number } element && element.TryGetInt64(out long integer)
            && integer >= least && integer <= most
            ? integer
            : throw Wrong(name, $"an integer from {least} to {most}");

    public override double Number(string name, double value) => ToNumber(name, Get(name));

    public override double? Optional(string name, double? value) =>
        Get(name) is { ValueKind: not JsonValueKind.Null } element ? ToNumber(name, element) : null;

    public override string Text(string name, string value) =>
        Get(name) is { ValueKind: JsonValueKind.String } element ? ToText(name, element) : throw Wrong(name, "a text");

    public override ulong[] Words(string name, ReadOnlySpan<ulong> value) => Array(
        name,
        element => element.ValueKind == JsonValueKind.Number && element.TryGetUInt64(out ulong word)
            ? word
            : throw Wrong(name, "a list of integers from 0 to 2^64 - 1"));

    public override double[] Numbers(string name, ReadOnlySpan<double> value) => Array(name, element => ToNumber(name, element));

    public override string[] Names(string name, IEnumerable<string> value) => Array(
        name, element => element.ValueKind == JsonValueKind.String ? ToText(name, element) : throw Wrong(name, "a list of texts"));

    public override void Tensor(Parameter parameter, string state, Shape shape, Memory<float> memory) =>
        _load.Add(_place.Tensor(parameter, state, shape, memory));

    public override void Tensor(string state, Shape shape, Memory<float> memory) => _load.Add(_place.Tensor(state, shape, memory));

    public override void Tensor(string state, Shape shape, Memory<double> memory) => _load.Add(_place.Tensor(state, shape, memory));

    public override void Within(string name, Action<StateArchive> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        JsonElement element = Get(name);
        if (element.ValueKind != JsonValueKind.Object)
            throw Wrong(name, "an object");
        new StateReader(_place.Member(name), element, _load).Run(describe);
    }

    public override int Each(string name, int count, Action<StateArchive, int> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        JsonElement[] elements = Array(
            name, element => element.ValueKind == JsonValueKind.Object ? element : throw Wrong(name, "a list of objects"));
        for (int i = 0; i < elements.Length; i++)
        {
            int index = i;
            new StateReader(_place.Item(name, i), elements[i], _load).Run(one => describe(one, index));
        }

        return elements.Length;
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

        if (_known.Count == _element.GetPropertyCount())
            return;
        string unknown = _element.EnumerateObject().First(property => !_known.Contains(property.Name, StringComparer.Ordinal)).Name;
        throw Mismatch($"it has {Excerpt.Quoted(unknown)}, which is not known here.");
    }

    private JsonElement Get(string name)
    {
        _known.Add(Require.NotNull(name));
        return _element.TryGetProperty(name, out JsonElement element) ? element : throw Mismatch($"it has no {name}.");
    }

    private T[] Array<T>(string name, Func<JsonElement, T> convert) =>
        Get(name) is { ValueKind: JsonValueKind.Array } element
            ? [.. element.EnumerateArray().Select(convert)]
            : throw Wrong(name, "a list");

    private double ToNumber(string name, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double number) && double.IsFinite(number))
            return number;
        if (element.ValueKind == JsonValueKind.String)
        {
            if (element.ValueEquals("NaN"u8))
                return double.NaN;
            if (element.ValueEquals("Infinity"u8))
                return double.PositiveInfinity;
            if (element.ValueEquals("-Infinity"u8))
                return double.NegativeInfinity;
        }

        throw Wrong(name, "a number, \"NaN\", \"Infinity\" or \"-Infinity\"");
    }

    private string ToText(string name, JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong(name, "well-formed Unicode");
        }
    }

    private InvalidDataException Wrong(string name, string allowed) =>
        Mismatch($"{name} is {Excerpt.Quoted(_element.GetProperty(name).GetRawText())}; it must be {allowed}.");

    /// <summary>
    /// Refuses JSON whose values are shorter than any that a state has, before memory is taken for them: it is what keeps loading
    /// within 8 times the header and 1 MiB.
    /// </summary>
    private static void CheckDensity(string path, ReadOnlySpan<byte> text)
    {
        const int BytesPerToken = 12; // of JsonDocument
        const int Spare = 1 << 18;
        long tokens = 0;
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = s_strict.MaxDepth });
        while (reader.Read())
            tokens++;
        if (BytesPerToken * tokens > 2L * text.Length + Spare)
            throw new InvalidDataException($"{path}: it has {tokens} values in {text.Length} bytes of JSON, which no state has.");
    }
}
