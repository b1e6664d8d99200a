using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Limits;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Compression;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Benchmarks.Tool.Kernels;

/// <summary>A step of every optimizer, in the caches and past them.</summary>
internal static class OptimizerKernels
{
    private const string Group = "optimizers";
    private const int Side = 256;

    // Late enough that what a rule does in its first steps is over.
    private const long FirstStep = 1000;

    // The first steps rows that the caller names. The others find their own rate, which grows without end while the gradient stays the same.
    private static readonly HashSet<string> s_others = new(StringComparer.Ordinal)
    {
        nameof(SparseAdam), nameof(DAdaptAdam), nameof(Prodigy), nameof(Dog),
    };

    public static IEnumerable<Kernel> All()
    {
        foreach (OptimizerWork optimizer in OptimizerWork.All)
        {
            yield return OfSpans(optimizer, Kernel.InCaches);
            yield return OfSpans(optimizer, Kernel.PastCaches);
        }

        foreach (StateCodec codec in (StateCodec[])[StateCodec.BFloat16, StateCodec.Block8])
        {
            // p, g and p again in four bytes each; two states, read and written.
            int bytes = 3 * sizeof(float) + (codec == StateCodec.BFloat16 ? 8 : 4);
            foreach (int length in (int[])[Kernel.InCaches, 1 << 20])
            {
                yield return new($"Adam, state in {codec}, {Size(length)}", Group, scope => Step(
                    new Adam(Filled(length), new() { LearningRate = 1e-6, StateCompression = codec })))
                {
                    Elements = length,
                    Bytes = (double)bytes * length,
                };
            }
        }

        foreach ((string name, Func<IEnumerable<Parameter>, Optimizer> make) in OptimizerWork.OfWholeParameters)
        {
            if (s_others.Contains(name))
                continue;
            yield return new($"{name}, a matrix of {Side} x {Side}", Group, scope => Step(make(Filled(Side, Side).Parameters)))
            {
                Elements = Side * Side,
            };
        }
    }

    /// <summary>A number of elements as text.</summary>
    public static string Size(int length) => SharedWork.Size(length >> 10);

    private static Kernel OfSpans(OptimizerWork optimizer, int length) => new($"{optimizer.Name}, {Size(length)}", Group, scope =>
    {
        StepBuffers buffers = scope.Buffers(length);
        long step = FirstStep;
        return AlternatingPairs.Timed(() => optimizer.TensorEngine(buffers, step++));
    })
    {
        Elements = length,
        Bytes = (double)optimizer.BytesPerElement * length,
        Operations = (double)OptimizerOperations.PerElement(optimizer.Name) * length,
    };

    private static TimedWork Step(Optimizer optimizer) => AlternatingPairs.Timed(() => optimizer.Step());

    private static ParameterStore Filled(params ReadOnlySpan<int> shape)
    {
        var store = new ParameterStore();
        store.Add("weight", Shape.Create(shape));
        store.Freeze();
        using var buffers = new StepBuffers(store.Values.Length);
        buffers.Values.CopyTo(store.Values);
        buffers.Gradients.CopyTo(store.Gradients);
        return store;
    }
}
