using System.Text.Json;

namespace Engine.Tests.Catalog;

/// <summary>The keyword arguments that PyTorch was given, which remember what was read of them.</summary>
public sealed class TorchOptions(JsonElement options)
{
    private readonly HashSet<string> _read = [];

    /// <summary>What the row's mapping has overlooked.</summary>
    public IEnumerable<string> Unread => options.EnumerateObject().Select(option => option.Name).Where(name => !_read.Contains(name));

    public double Number(string name) => Get(name).GetDouble();

    public double Number(string name, int index) => Get(name)[index].GetDouble();

    public bool Flag(string name) => Get(name).GetBoolean();

    public override string ToString() => options.GetRawText();

    private JsonElement Get(string name)
    {
        _read.Add(name);
        return options.GetProperty(name);
    }
}
