using System.Text.Json;
using TensorEngine.Tests.Catalog;

namespace TensorEngine.Tests.Goldens;

/// <summary>What PyTorch's optimizers did to 81 elements in 200 steps: optimizers.json and optimizers.bin.gz.</summary>
public sealed class RecordedTrajectories
{
    private readonly GoldenFile _file = new("optimizers");

    private RecordedTrajectories()
    {
        JsonElement root = _file.Root;
        Shapes = [.. root.GetProperty("shapes").EnumerateArray().Select(shape => Shape.Create(Integers(shape)))];
        Elements = root.GetProperty("elements").GetInt32();
        Steps = root.GetProperty("steps").GetInt32();
        RecordedSteps = Integers(root.GetProperty("recordedSteps"));
        JsonElement offsets = root.GetProperty("offsets");
        Initial = _file.Array<float>(offsets.GetProperty("initial"), Elements);
        Gradients = _file.Array<float>(offsets.GetProperty("gradients"), Steps * Elements);
        Cases = [.. root.GetProperty("cases").EnumerateArray().Select(entry => new RecordedCase(entry, this))];
    }

    public static RecordedTrajectories Instance { get; } = new();

    /// <summary>The parameters, whose elements follow each other.</summary>
    public Shape[] Shapes { get; }

    public int Elements { get; }

    public int Steps { get; }

    /// <summary>The steps, from 1, after which the values are recorded.</summary>
    public int[] RecordedSteps { get; }

    public float[] Initial { get; }

    /// <summary>The gradients of step 1, then those of step 2, and so on.</summary>
    public float[] Gradients { get; }

    public RecordedCase[] Cases { get; }

    internal T[] Array<T>(JsonElement byteOffset, int length)
        where T : unmanaged => _file.Array<T>(byteOffset, length);

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(entry => entry.GetInt32())];
}

/// <summary>One optimizer of PyTorch at one setting.</summary>
public sealed class RecordedCase(JsonElement entry, RecordedTrajectories recordings)
{
    public string Name => entry.GetProperty("name").GetString()!;

    /// <summary>The class in torch.optim.</summary>
    public string Optimizer => entry.GetProperty("optimizer").GetString()!;

    /// <summary>What is particular about the optimizer, if it is not the one that its name means today.</summary>
    public string? Variant => entry.GetProperty("variant").GetString();

    public TorchOptions Options => new(entry.GetProperty("options"));

    /// <summary>PyTorch's own float32 error, in the same measure as ours: the largest and the mean.</summary>
    public double TorchError => entry.GetProperty("torchError").GetDouble();

    public double TorchErrorMean => entry.GetProperty("torchErrorMean").GetDouble();

    /// <summary>PyTorch's largest float32 error of ASGD's average.</summary>
    public double AverageTorchError => entry.GetProperty("averageTorchError").GetDouble();

    /// <summary>The values of the float64 run after every recorded step.</summary>
    public double[] Truth => recordings.Array<double>(Offset("p64"), Length);

    /// <summary>How far the step before moved them.</summary>
    public float[] Update => recordings.Array<float>(Offset("update64"), Length);

    /// <summary>The values of the float32 run.</summary>
    public float[] InFloat32 => recordings.Array<float>(Offset("p32"), Length);

    /// <summary>ASGD's average after every recorded step of the float64 run.</summary>
    public double[] AverageTruth => recordings.Array<double>(Offset("average64"), Length);

    /// <summary>How far the step before moved it.</summary>
    public float[] AverageUpdate => recordings.Array<float>(Offset("averageUpdate64"), Length);

    /// <summary>ASGD's average in the float32 run.</summary>
    public float[] AverageInFloat32 => recordings.Array<float>(Offset("average32"), Length);

    private int Length => recordings.RecordedSteps.Length * recordings.Elements;

    public override string ToString() => $"torch.optim.{Name}";

    private JsonElement Offset(string name) => entry.GetProperty("offsets").GetProperty(name);
}
