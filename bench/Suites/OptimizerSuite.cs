using BenchmarkDotNet.Attributes;
using TensorEngine.Benchmarks.Workloads;

namespace TensorEngine.Benchmarks.Suites;

/// <summary>One step of optimizers, inside the caches and past them, against what it would cost without the library.</summary>
public class OptimizerSuite : IDisposable
{
    // The same number at every call: what a step costs does not depend on it, and the moments stay what they are.
    private const long Step = 1000;

    private static readonly HashSet<OptimizerWork> s_prepared = [];

    private StepBuffers _buffers = null!;

    public static IEnumerable<OptimizerWork> Optimizers => OptimizerWork.All.Where(work => work.HasBaselines);

    [ParamsSource(nameof(Optimizers), Priority = -1)]
    public OptimizerWork Optimizer { get; set; } = null!;

    [Params(4 << 10, 64 << 10, (64 << 10) + 1, 1 << 20, 16 << 20)]
    public int Elements { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        if (s_prepared.Add(Optimizer))
        {
            Optimizer.CheckThatAllAgree();
            Optimizer.CompileAll();
        }

        _buffers = new StepBuffers(Elements);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _buffers.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true, Description = "Scalar loop")]
    public void ScalarLoop() => Optimizer.Scalar!(_buffers, Step);

    [Benchmark(Description = "TensorPrimitives")]
    public void TensorPrimitivesChain() => Optimizer.Chain!(_buffers, Step);

    [Benchmark(Description = "TensorEngine")]
    public void EngineStep() => Optimizer.TensorEngine(_buffers, Step);
}
