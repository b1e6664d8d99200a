using BenchmarkDotNet.Attributes;
using TensorEngine.Benchmarks.Workloads;

namespace TensorEngine.Benchmarks.Suites;

/// <summary>A whole training step: forward, backward and Adam on one batch.</summary>
public class TrainingStepSuite
{
    private Action _step = null!;

    public static IEnumerable<NetworkShape> Networks => [new(128, 64, 100, 100, 10), new(128, 784, 512, 512, 10)];

    [ParamsSource(nameof(Networks))]
    public NetworkShape Network { get; set; } = null!;

    [GlobalSetup]
    public void SetUp() => _step = Network.MakeStep();

    [Benchmark(Description = "training step")]
    public void Step() => _step();
}
