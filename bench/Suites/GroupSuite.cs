using BenchmarkDotNet.Attributes;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Benchmarks.Suites;

/// <summary>What groups, clipping and clearing add to a step of Adam over many small parameters.</summary>
public class GroupSuite
{
    private const int Length = 32;

    private Adam _plain = null!;
    private Adam _alternating = null!;
    private Adam _clipping = null!;
    private Adam _clearing = null!;

    [Params(32_000, 3_200_000)]
    public int Elements { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _plain = Make();
        _alternating = Make();
        int index = 0;
        _alternating.AddGroup(_ => index++ % 2 == 1, options => options with { WeightDecay = 0.01 });
        _clipping = Make();
        _clipping.GradientOptions.ClipNorm = 1e-3;
        _clearing = Make();
        (_clearing.GradientOptions.ClipValue, _clearing.GradientOptions.Clear) = (1e-3, true);
    }

    [Benchmark(Baseline = true, Description = "one group")]
    public StepResult OneGroup() => _plain.Step();

    [Benchmark(Description = "two groups, alternating")]
    public StepResult AlternatingGroups() => _alternating.Step();

    [Benchmark(Description = "clipping by norm")]
    public StepResult ClippingByNorm() => _clipping.Step();

    [Benchmark(Description = "clipping by value, clearing")]
    public StepResult ClippingByValueAndClearing() => _clearing.Step();

    private Adam Make()
    {
        var store = new ParameterStore();
        for (int i = 0; i < Elements / Length; i++)
            store.Add($"parameter {i}", [Length]);
        store.Freeze();
        using var buffers = new StepBuffers(Elements);
        buffers.Values.CopyTo(store.Values);
        buffers.Gradients.CopyTo(store.Gradients);
        return new Adam(store);
    }
}
