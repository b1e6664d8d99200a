using System.Text.Json;
using TensorEngine.Autograd.Tests.Goldens;

namespace TensorEngine.Autograd.Tests.Truth;

/// <summary>A recorded operation's arguments on a tape.</summary>
public sealed class RecordedCall
{
    private readonly Dictionary<string, Variable> _inputs = new(StringComparer.Ordinal);
    private readonly RecordedOperation _recorded;

    /// <summary>Puts all floats that the operation was given on a tape.</summary>
    public RecordedCall(RecordedOperation recorded, Tape tape)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        ArgumentNullException.ThrowIfNull(tape);
        (_recorded, Tape) = (recorded, tape);
    }

    public Tape Tape { get; }

    public IEnumerable<string> Names => _recorded.InputNames;

    /// <summary>Arrays beside the output that the operation changes, by the names of the recording.</summary>
    public Dictionary<string, float[]> States { get; } = new(StringComparer.Ordinal);

    /// <summary>An argument as a variable of the tape that wants a gradient.</summary>
    public Variable this[string name]
    {
        get
        {
            if (!_inputs.TryGetValue(name, out Variable variable))
                _inputs.Add(name, variable = Tape.Input(_recorded.FloatsOf(name), [.. _recorded.ShapeOf(name)]));
            return variable;
        }
    }

    public Variable? Optional(string name) => _recorded.Has(name) ? this[name] : null;

    public float[] Floats(string name) => _recorded.FloatsOf(name);

    public int[] Integers(string name) => _recorded.IntegersOf(name);

    public int[] ShapeOf(string name) => _recorded.ShapeOf(name);

    /// <summary>Whether the argument is on the tape; a target that the operation takes as plain numbers is not.</summary>
    public bool IsVariable(string name) => _inputs.ContainsKey(name);

    public double Number(string option, double otherwise = 0) => Find(option) is { } value ? value.GetDouble() : otherwise;

    public int Integer(string option, int otherwise = 0) => Find(option) is { } value ? value.GetInt32() : otherwise;

    public bool Flag(string option, bool otherwise = false) => Find(option) is { } value ? value.GetBoolean() : otherwise;

    public string Text(string option, string otherwise = "") => Find(option) is { } value ? value.GetString()! : otherwise;

    public int[] List(string option) => [.. Find(option)!.Value.EnumerateArray().Select(entry => entry.GetInt32())];

    /// <summary>One number for both directions, or one for each.</summary>
    public (int Height, int Width) Pair(string option, int otherwise) =>
        Find(option) is not { } value ? (otherwise, otherwise)
        : value.ValueKind == JsonValueKind.Number ? (value.GetInt32(), value.GetInt32())
        : (value[0].GetInt32(), value[1].GetInt32());

    public bool Has(string option) => Find(option) is not null;

    private JsonElement? Find(string option) =>
        _recorded.Options.ValueKind == JsonValueKind.Object && _recorded.Options.TryGetProperty(option, out JsonElement value)
            && value.ValueKind != JsonValueKind.Null ? value : null;
}
