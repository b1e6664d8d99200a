using BenchmarkDotNet.Attributes;
using TensorEngine.Generators;
using TensorEngine.Initializers;

namespace TensorEngine.Benchmarks.Suites;

/// <summary>One fill by each generator and distribution, inside the caches and past them.</summary>
public class InitializerSuite
{
    private readonly Philox _philox = new(1);
    private readonly TorchGenerator _torch = new(1);
    private readonly NumPyRandomState _numPy = new(1);
    private float[] _values = null!;

    [Params(64, 4 << 10, 64 << 10, 1 << 20, 16 << 20)]
    public int Elements { get; set; }

    [GlobalSetup]
    public void SetUp() => _values = GC.AllocateUninitializedArray<float>(Elements, pinned: true);

    [Benchmark(Baseline = true, Description = "Philox, uniform")]
    public void Uniform()
    {
        _philox.Position = 0;
        _philox.Uniform(_values);
    }

    [Benchmark(Description = "Philox, normal")]
    public void Normal()
    {
        _philox.Position = 0;
        _philox.Normal(_values);
    }

    [Benchmark(Description = "Philox, truncated normal")]
    public void TruncatedNormal()
    {
        _philox.Position = 0;
        Initialize.TruncatedNormal(_values, _philox);
    }

    [Benchmark(Description = "PyTorch's stream, uniform")]
    public void TorchUniform() => _torch.Uniform(_values);

    [Benchmark(Description = "PyTorch's stream, normal")]
    public void TorchNormal() => _torch.Normal(_values);

    [Benchmark(Description = "NumPy's stream, uniform")]
    public void NumPyUniform() => _numPy.Uniform(_values);

    [Benchmark(Description = "NumPy's stream, normal")]
    public void NumPyNormal() => _numPy.Normal(_values);
}
