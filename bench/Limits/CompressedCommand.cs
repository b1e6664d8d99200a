using System.CommandLine;
using System.Globalization;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Peers;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Compression;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>
/// The command <c>compressed</c>: Adam's step with compressed state beside that with float32, and beside its own loads and stores.
/// </summary>
internal static class CompressedCommand
{
    private const int InCache = 64;

    public static Command Create() => SessionCommand.Create(
        "compressed",
        "Adam with compressed state",
        "Compare Adam's step with state of 2 bytes and 1 byte with that of 4, on one thread and on two",
        (session, _) => Run(session),
        pairs: 31);

    private static void Run(PeerSession session)
    {
        using var two = new Workers(2);
        foreach (int kilo in (int[])[InCache, 16 << 10, 64 << 10])
        {
            foreach (Workers? workers in (Workers?[])[null, two])
            {
                if (kilo == InCache && workers is not null)
                    continue;
                Compare(session, kilo, workers, StateCodec.BFloat16, 20, kilo == InCache ? 1.1 : workers is null ? 0.80 : 0.78);
                Compare(session, kilo, workers, StateCodec.Block8, 16, kilo == InCache ? null : workers is null ? 1.0 : 0.75);
            }
        }
    }

    private static void Compare(PeerSession session, int kilo, Workers? workers, StateCodec codec, int bytes, double? atMost)
    {
        int length = kilo << 10;
        string work = string.Create(
            CultureInfo.InvariantCulture,
            $"Adam {codec}, {SharedWork.Size(kilo)}, {(workers is null ? 1 : 2)} threads, {bytes} bytes each");
        if (!session.Wants(work))
            return;
        using var buffers = new StepBuffers(length);
        Adam compressed = Make(buffers, codec, workers), plain = Make(buffers, StateCodec.Float32, workers);
        session.Compare(
            work, "float32", atMost, AlternatingPairs.Timed(() => compressed.Step()), AlternatingPairs.Timed(() => plain.Step()), length);
        if (kilo == InCache)
            return;
        session.Compare(
            $"{work}: limit",
            "limit loop",
            null,
            AlternatingPairs.Timed(() => compressed.Step()),
            AlternatingPairs.Timed(() => CodedLimitLoop.Run(buffers, codec == StateCodec.BFloat16 ? 2 : 4, workers)),
            length);
    }

    private static Adam Make(StepBuffers buffers, StateCodec codec, Workers? workers)
    {
        var store = new ParameterStore();
        store.Add("weight", [buffers.Length]);
        store.Freeze();
        buffers.Values.CopyTo(store.Values);
        buffers.Gradients.CopyTo(store.Gradients);
        return new Adam(store, new() { LearningRate = 1e-6, StateCompression = codec }) { Workers = workers };
    }
}
