using System.Text.Json;

namespace TensorEngine.Tests.Catalog;

/// <summary>The keyword arguments that PyTorch was given, which remember what was read of them.</summary>
public sealed class TorchOptions(JsonElement options)
{
    private readonly HashSet<string> _read = [];

    /// <summary>What the row's mapping has overlooked.</summary>
    public IEnumerable<string> Unread => options.EnumerateObject().Select(option => option.Name).Where(name => !_read.Contains(name));

    public double Number(string name) => Get(name).GetDouble();

    public double Number(string name, int index) => Get(name)[index].GetDouble();

    /// <summary>A whole number; <paramref name="otherwise"/> for None.</summary>
    public long Count(string name, long otherwise = 0) => IsNone(name) ? otherwise : Get(name).GetInt64();

    public long[] Counts(string name) => [.. Get(name).EnumerateArray().Select(entry => entry.GetInt64())];

    public bool Flag(string name) => Get(name).GetBoolean();

    public string Text(string name) => Get(name).GetString()!;

    public bool IsNone(string name) => Get(name).ValueKind == JsonValueKind.Null;

    /// <summary>The schedulers that a scheduler was given.</summary>
    public IEnumerable<(string Scheduler, TorchOptions Options)> Schedulers() => Get("schedulers").EnumerateArray()
        .Select(inner => (inner.GetProperty("scheduler").GetString()!, new TorchOptions(inner.GetProperty("options"))));

    public override string ToString() => options.GetRawText();

    private JsonElement Get(string name)
    {
        _read.Add(name);
        return options.GetProperty(name);
    }
}
