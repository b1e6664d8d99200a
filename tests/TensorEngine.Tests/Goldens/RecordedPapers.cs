using System.Text.Json;
using TensorEngine.Tests.House;

namespace TensorEngine.Tests.Goldens;

/// <summary>What the packages of papers' authors compute, as <c>record_papers.py</c> has recorded it.</summary>
public static class RecordedPapers
{
    private static readonly JsonElement s_root =
        JsonDocument.Parse(File.ReadAllText(Sources.PathOf("tests/TensorEngine.Tests/Goldens/papers.json"))).RootElement;

    public static IEnumerable<string> Names => s_root.GetProperty("cases").EnumerateObject().Select(one => one.Name);

    public static Shape[] Shapes => [.. s_root.GetProperty("shapes").EnumerateArray().Select(one => Shape.Create([.. one.EnumerateArray().Select(n => n.GetInt32())]))];

    /// <summary>Numbers of a name beside the cases.</summary>
    public static double[] Of(string name) => Numbers(s_root.GetProperty(name));

    /// <summary>The gradients of each step, and the values after it.</summary>
    public static (double[][] Gradients, double[][] Values) Case(string name)
    {
        JsonElement one = s_root.GetProperty("cases").GetProperty(name);
        return (Rows(one.GetProperty("gradients")), Rows(one.GetProperty("values")));
    }

    private static double[][] Rows(JsonElement rows) => [.. rows.EnumerateArray().Select(Numbers)];

    private static double[] Numbers(JsonElement numbers) => [.. numbers.EnumerateArray().Select(number => number.GetDouble())];
}
