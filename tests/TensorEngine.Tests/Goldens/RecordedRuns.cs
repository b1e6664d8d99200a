using System.Text.Json;
using NUnit.Framework;
using TensorEngine.Tests.Catalog;

namespace TensorEngine.Tests.Goldens;

/// <summary>What PyTorch's SparseAdam and LBFGS did: lbfgs_and_sparse.json.</summary>
public static class RecordedRuns
{
    private static readonly JsonElement s_root = Load();

    public static JsonElement Sparse => s_root.GetProperty("sparse");

    public static IEnumerable<RecordedRun> SparseCases => Cases(Sparse);

    public static IEnumerable<RecordedRun> LbfgsCases => Cases(s_root.GetProperty("lbfgs"));

    public static JsonElement LbfgsProblem(string name) => s_root.GetProperty("lbfgs").GetProperty("problems").GetProperty(name);

    public static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(entry => entry.GetSingle())];

    public static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(entry => entry.GetDouble())];

    public static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(entry => entry.GetInt32())];

    private static IEnumerable<RecordedRun> Cases(JsonElement section) =>
        section.GetProperty("cases").EnumerateArray().Select(entry => new RecordedRun(entry));

    private static JsonElement Load()
    {
        string path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Goldens", "lbfgs_and_sparse.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }
}

/// <summary>One optimizer of PyTorch at one setting.</summary>
public sealed class RecordedRun(JsonElement entry)
{
    public TorchOptions Options => new(entry.GetProperty("options"));

    public JsonElement this[string property] => entry.GetProperty(property);

    public override string ToString() => entry.GetProperty("name").GetString()!;
}
