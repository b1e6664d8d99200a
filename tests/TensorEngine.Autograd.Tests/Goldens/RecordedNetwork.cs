using System.Text.Json;
using NUnit.Framework;

namespace TensorEngine.Autograd.Tests.Goldens;

/// <summary>A small network that PyTorch saved, and what it makes of an input, from layers.json.</summary>
public sealed class RecordedNetwork
{
    private readonly JsonElement _entry;

    private RecordedNetwork(JsonElement entry) => _entry = entry;

    /// <summary>Where the state_dict lies.</summary>
    public string Path =>
        System.IO.Path.Combine(TestContext.CurrentContext.TestDirectory, "Goldens", _entry.GetProperty("file").GetString()!);

    public RecordedArray Input => new(_entry.GetProperty("input"));

    /// <summary>The output in evaluation, in single and in double precision.</summary>
    public (float[] Single, double[] Double) Evaluated =>
        (new RecordedArray(_entry.GetProperty("evaluated").GetProperty("float32")).Floats,
            new RecordedArray(_entry.GetProperty("evaluated").GetProperty("float64")).Doubles);

    /// <summary>The output in training.</summary>
    public float[] Trained => new RecordedArray(_entry.GetProperty("trained")).Floats;

    /// <summary>Running statistics after the output in training.</summary>
    public IEnumerable<RecordedArray> StatesAfterTraining =>
        _entry.GetProperty("statesAfterTraining").EnumerateArray().Select(state => new RecordedArray(state));

    public static RecordedNetwork Of(string name) => new(
        RecordedLayer.LayersFile.Root.GetProperty("networks").EnumerateArray().Single(
            entry => string.Equals(entry.GetProperty("name").GetString(), name, StringComparison.Ordinal)));
}
