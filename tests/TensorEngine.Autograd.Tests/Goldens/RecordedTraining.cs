using System.Text.Json;
using NUnit.Framework;

namespace TensorEngine.Autograd.Tests.Goldens;

/// <summary>A training of PyTorch, from trainings.json: a network, an optimizer and the loss of every step.</summary>
public sealed class RecordedTraining
{
    private readonly JsonElement _entry;

    private RecordedTraining(JsonElement entry) => _entry = entry;

    public static IEnumerable<RecordedTraining> All
    {
        get
        {
            string path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Goldens", "trainings.json");
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement trainings = document.RootElement.Clone().GetProperty("trainings");
            return [.. trainings.EnumerateArray().Select(entry => new RecordedTraining(entry))];
        }
    }

    public ulong Seed => _entry.GetProperty("seed").GetUInt64();

    public int Batch => _entry.GetProperty("batch").GetInt32();

    /// <summary>The seed of the images, or null for the handwritten digits.</summary>
    public ulong? DataSeed => _entry.TryGetProperty("dataSeed", out JsonElement seed) ? seed.GetUInt64() : null;

    public int ImageCount => _entry.GetProperty("images").GetInt32();

    public int Side => _entry.GetProperty("side").GetInt32();

    public double LearningRate => _entry.GetProperty("learningRate").GetDouble();

    /// <summary>The momentum of SGD, or null for Adam.</summary>
    public double? Momentum => _entry.TryGetProperty("momentum", out JsonElement momentum) ? momentum.GetDouble() : null;

    /// <summary>The parameters' names and shapes, weight and bias of each layer in turn.</summary>
    public IEnumerable<(string Name, int[] Shape)> Parameters => _entry.GetProperty("parameters").EnumerateObject().Select(
        parameter => (parameter.Name, parameter.Value.EnumerateArray().Select(length => length.GetInt32()).ToArray()));

    /// <summary>The losses in double precision.</summary>
    public double[] Losses => [.. _entry.GetProperty("float64").EnumerateArray().Select(loss => loss.GetDouble())];

    public override string ToString() => _entry.GetProperty("name").GetString()!;
}
