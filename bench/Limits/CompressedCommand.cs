using System.CommandLine;
using System.Globalization;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Peers;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Compression;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>
/// The command <c>compressed</c>: Adam's step with compressed state, and with bf16 values and gradients, beside that with float32, and
/// beside its own loads and stores.
/// </summary>
internal static class CompressedCommand
{
    private const int InCache = 64;

    private static readonly Form s_plain = new("Float32", ValuePrecision.Float32, StateCodec.Float32, 28, 1, 1);

    private static readonly Form[] s_forms =
    [
        new("BFloat16", ValuePrecision.Float32, StateCodec.BFloat16, 20, 0.80, 0.78, InCache: 1.1),
        new("BFloat16 with bf16 values", ValuePrecision.BFloat16, StateCodec.BFloat16, 14, 0.60, 0.58),
        new("Block8", ValuePrecision.Float32, StateCodec.Block8, 16, 1.0, 0.75),
        new("Block8 with bf16 values", ValuePrecision.BFloat16, StateCodec.Block8, 10, 0.9, 0.6),
    ];

    public static Command Create() => SessionCommand.Create(
        "compressed",
        "Adam with compressed state",
        "Compare Adam's step with state of 2 bytes and 1 byte, and values of 2, with that of 4, by one and two threads",
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
                foreach (Form form in s_forms)
                    Compare(session, kilo, workers, form);
            }
        }
    }

    private static void Compare(PeerSession session, int kilo, Workers? workers, Form form)
    {
        int length = kilo << 10;
        double? atMost = kilo == InCache ? form.InCache : workers is null ? form.OneThread : form.TwoThreads;
        string work = string.Create(
            CultureInfo.InvariantCulture,
            $"Adam {form.Name}, {SharedWork.Size(kilo)}, {(workers is null ? 1 : 2)} threads, {form.Bytes} bytes each");
        if (!session.Wants(work))
            return;
        using var buffers = new StepBuffers(length);
        Adam compressed = Make(buffers, form, workers), plain = Make(buffers, s_plain, workers);
        session.Compare(
            work, "float32", atMost, AlternatingPairs.Timed(() => compressed.Step()), AlternatingPairs.Timed(() => plain.Step()), length);
        if (kilo == InCache)
            return;
        session.Compare(
            $"{work}: limit",
            "limit loop",
            null,
            AlternatingPairs.Timed(() => compressed.Step()),
            AlternatingPairs.Timed(() => CodedLimitLoop.Run(
                buffers, form.Precision == ValuePrecision.BFloat16 ? 2 : 1, form.State == StateCodec.BFloat16 ? 2 : 4, workers)),
            length);
    }

    private static Adam Make(StepBuffers buffers, Form form, Workers? workers)
    {
        var store = new ParameterStore(form.Precision);
        store.Add("weight", [buffers.Length]);
        store.Freeze();
        if (form.Precision == ValuePrecision.BFloat16)
        {
            BFloat16.Round(buffers.Values, store.BFloat16Values);
            BFloat16.Round(buffers.Gradients, store.BFloat16Gradients);
        }
        else
        {
            buffers.Values.CopyTo(store.Values);
            buffers.Gradients.CopyTo(store.Gradients);
        }

        return new Adam(store, new() { LearningRate = 1e-6, StateCompression = form.State }) { Workers = workers };
    }

    /// <summary>How values, gradients and state are kept, the bytes that a step moves for an element, and the ratios to reach.</summary>
    private sealed record Form(
        string Name, ValuePrecision Precision, StateCodec State, int Bytes, double OneThread, double TwoThreads, double? InCache = null);
}
