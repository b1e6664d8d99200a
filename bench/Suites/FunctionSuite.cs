using BenchmarkDotNet.Attributes;
using TensorEngine.Benchmarks.Workloads;

namespace TensorEngine.Benchmarks.Suites;

/// <summary>Reductions and activations inside the first caches and past all of them, beside TensorPrimitives.</summary>
public class FunctionSuite
{
    private float[] _left = [];
    private float[] _right = [];
    private float[] _output = [];

    public static IEnumerable<FunctionWork> Functions => FunctionWork.All;

    [ParamsSource(nameof(Functions))]
    public FunctionWork Function { get; set; } = null!;

    [Params(16 << 10, 16 << 20)]
    public int Elements { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var random = new Random(1);
        _left = [.. Enumerable.Range(0, Elements).Select(_ => (float)(8 * random.NextDouble() - 4))];
        _right = [.. Enumerable.Range(0, Elements).Select(_ => (float)random.NextDouble())];
        _output = new float[Elements];
    }

    [Benchmark(Baseline = true, Description = "TensorPrimitives")]
    public double Primitives() => Function.TensorPrimitives(_left, _right, _output);

    [Benchmark(Description = "TensorEngine")]
    public double Engine() => Function.TensorEngine(_left, _right, _output);
}
