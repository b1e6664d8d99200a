using System.Text.Json;
using NUnit.Framework;
using TensorEngine.Tests.Goldens;

namespace TensorEngine.Autograd.Tests.Goldens;

/// <summary>A small network that PyTorch saved, and what it makes of an input, from layers.json or transformers.json.</summary>
public sealed class RecordedNetwork
{
    private readonly GoldenFile _file;
    private readonly JsonElement _entry;

    private RecordedNetwork(GoldenFile file, JsonElement entry) => (_file, _entry) = (file, entry);

    /// <summary>Where the state_dict lies.</summary>
    public string Path =>
        System.IO.Path.Combine(TestContext.CurrentContext.TestDirectory, "Goldens", _entry.GetProperty("file").GetString()!);

    public RecordedArray Input => new(_file, _entry.GetProperty("input"));

    /// <summary>The output in evaluation, in single and in double precision.</summary>
    public (float[] Single, double[] Double) Evaluated =>
        (new RecordedArray(_file, _entry.GetProperty("evaluated").GetProperty("float32")).Floats,
            new RecordedArray(_file, _entry.GetProperty("evaluated").GetProperty("float64")).Doubles);

    /// <summary>The output in training.</summary>
    public float[] Trained => new RecordedArray(_file, _entry.GetProperty("trained")).Floats;

    /// <summary>Running statistics after the output in training.</summary>
    public IEnumerable<RecordedArray> StatesAfterTraining =>
        _entry.GetProperty("statesAfterTraining").EnumerateArray().Select(state => new RecordedArray(_file, state));

    public static RecordedNetwork Of(string name) => RecordedLayer.Files
        .SelectMany(file => file.Root.GetProperty("networks").EnumerateArray().Select(entry => new RecordedNetwork(file, entry)))
        .Single(network => string.Equals(network._entry.GetProperty("name").GetString(), name, StringComparison.Ordinal));
}
