using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Products;
using TensorEngine.Benchmarks.Tool.Kernels;
using TensorEngine.Benchmarks.Tool.Runs;
using TensorEngine.Benchmarks.Workloads;

namespace TensorEngine.Benchmarks.Tool.Measuring;

/// <summary>
/// Times kernels in this process, each in turn with a loop that no change of a kernel alters: fused multiply-adds for those whose data stays in
/// the caches, plain loads and stores for those past them.
/// </summary>
/// <param name="isQuick">Whether a rough result will do.</param>
internal sealed class KernelClock(bool isQuick) : IDisposable
{
    private const double ReferenceOperations = 2e6;

    private readonly double _sampleNanoseconds = isQuick ? 1e5 : 2e6;
    private readonly int _pairs = isQuick ? 3 : 11;
    private readonly int _pairsPastCaches = 7;
    private readonly TimeSpan _warmUp = TimeSpan.FromMilliseconds(isQuick ? 15 : 150);
    private readonly TimeSpan _warmUpPastCaches = TimeSpan.FromMilliseconds(30);
    private readonly TimeSpan _again = TimeSpan.FromMilliseconds(10);
    private readonly HashSet<string> _warm = new(StringComparer.Ordinal);
    private readonly Lazy<StepBuffers> _large = new(() => new StepBuffers(Kernel.PastCaches));
    private (TimedWork Work, int Repeats)? _core;
    private (TimedWork Work, int Repeats)? _memory;

    /// <summary>Times a kernel: the result has one number of each kind. Its first time in this process takes longer, until it is compiled.</summary>
    public MeasuredKernel Measure(Kernel kernel)
    {
        using var scope = new KernelScope(_large);
        TimedWork work = kernel.Make(scope);
        int repeats = AlternatingPairs.Repeats(work, _sampleNanoseconds, WarmUp(kernel));
        (TimedWork reference, int referenceRepeats) = kernel.IsPastCaches ? _memory ??= Memory() : _core ??= Core();
        PairedTimes times = AlternatingPairs.Measure(work, repeats, reference, referenceRepeats, kernel.IsPastCaches ? _pairsPastCaches : _pairs);
        return new(
            kernel.Name,
            kernel.Group,
            kernel.IsPastCaches ? "memory" : "core",
            kernel.Elements,
            kernel.Bytes,
            kernel.Operations,
            [times.Ours.Median],
            [times.Ratio.Median]);
    }

    public void Dispose()
    {
        if (_large.IsValueCreated)
            _large.Value.Dispose();
    }

    private TimeSpan WarmUp(Kernel kernel) =>
        !_warm.Add(kernel.Name) ? _again : kernel.IsPastCaches ? _warmUpPastCaches : _warmUp;

    private (TimedWork Work, int Repeats) Core() => Ready(FmaPeak.Of(ReferenceOperations));

    // On the memory of the kernels themselves, so that its place makes no difference; the values stay what they are.
    private (TimedWork Work, int Repeats) Memory() => Ready(AlternatingPairs.Timed(() => LimitLoop.Run(_large.Value, states: 2)));

    private (TimedWork Work, int Repeats) Ready(TimedWork work) => (work, AlternatingPairs.Repeats(work, _sampleNanoseconds, _warmUp));
}
