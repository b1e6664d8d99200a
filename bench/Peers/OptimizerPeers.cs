using System.Text.Json.Nodes;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Limits;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>Steps of Adam over one parameter beside the optimizers of other libraries, with one thread and with two.</summary>
internal static class OptimizerPeers
{
    public static void Run(PeerSession session, IReadOnlyList<PeerProcess> processes)
    {
        using var workers = new Workers(2);
        foreach (int kilo in (int[])[64, 1 << 10, 16 << 10])
        {
            string name = $"Adam, {SharedWork.Size(kilo)}, whole step";
            if (!session.Wants(name))
                continue;
            int length = kilo << 10;
            Adam adam = SharedWork.Optimizer(length);
            TimedWork ours = AlternatingPairs.Timed(() => adam.Step());
            session.Compare(name, "ours", null, ours, AlternatingPairs.Timed(() => adam.Step()), length);
            foreach (int threads in (int[])[1, 2])
            {
                adam.Workers = threads == 1 ? null : workers;
                string work = threads == 1 ? name : $"{name}, two threads";
                Compare(session, processes, work, ours, [length], threads, length);
            }
        }
    }

    /// <summary>Compares a step with one of each kind that there is.</summary>
    public static void Compare(
        PeerSession session, IReadOnlyList<PeerProcess> processes, string work, TimedWork ours, int[] shapes, int threads, long elements)
    {
        foreach (PeerProcess process in processes)
        {
            foreach (string kind in KindsOf(process))
            {
                var request = new JsonObject
                {
                    ["work"] = "adam",
                    ["shapes"] = new JsonArray([.. shapes.Select(length => new JsonArray(length))]),
                    ["kind"] = kind,
                };
                session.Compare(work, process, $"{process.Name}, {kind}", null, ours, request, threads, elements);
            }
        }
    }

    /// <summary>The loops over parameters that a library has: TorchSharp has the default one only.</summary>
    public static string[] KindsOf(PeerProcess process) =>
        string.Equals(process.Name, "PyTorch", StringComparison.Ordinal) ? ["default", "foreach", "fused"] : ["default"];
}
