using BenchmarkDotNet.Attributes;
using TensorEngine.Benchmarks.Workloads;

namespace TensorEngine.Benchmarks.Suites;

/// <summary>One step of every optimizer, inside the first caches and past all of them, against the same loads and stores alone.</summary>
public class RooflineSuite : IDisposable
{
    private const long Step = 1000;

    private StepBuffers _buffers = null!;
    private StepBuffers _limitBuffers = null!;

    public static IEnumerable<OptimizerWork> Optimizers => OptimizerWork.All;

    [ParamsSource(nameof(Optimizers))]
    public OptimizerWork Optimizer { get; set; } = null!;

    [Params(16 << 10, 16 << 20)]
    public int Elements { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        Optimizer.CompileAll();
        _buffers = new StepBuffers(Elements);
        _limitBuffers = new StepBuffers(Elements);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _buffers.Dispose();
        _limitBuffers.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true, Description = "Loads and stores")]
    public void LoadsAndStores() => LimitLoop.Run(_limitBuffers, Optimizer.States);

    [Benchmark(Description = "TensorEngine")]
    public void EngineStep() => Optimizer.TensorEngine(_buffers, Step);
}
