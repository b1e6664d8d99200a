using BenchmarkDotNet.Attributes;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Lanes;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Suites;

/// <summary>A step of Adam at every width that the machine has: the bits are the same, the time is not.</summary>
public class WidthSuite : IDisposable
{
    private const long Step = 1000;

    private readonly AdamOptions _options = new();
    private StepBuffers _buffers = null!;
    private int _widest;

    /// <summary>Floats in a register; 1 for no vector instructions.</summary>
    public static IEnumerable<int> Widths => new[] { 16, 8, 4, 1 }.Where(width => width <= LaneWidth.Current);

    [ParamsSource(nameof(Widths))]
    public int Width { get; set; }

    [Params(16 << 10, 16 << 20)]
    public int Elements { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _widest = LaneWidth.Current;
        LaneWidth.Force(Width);
        _buffers = new StepBuffers(Elements);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        LaneWidth.Force(_widest);
        _buffers.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Description = "Adam")]
    public void AdamStep() =>
        Adam.Update(_options, Step, _buffers.Values, _buffers.Gradients, _buffers.State0, _buffers.State1);
}
