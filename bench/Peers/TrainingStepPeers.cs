using System.Text.Json.Nodes;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Workloads;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>One training step of a network of samples/Digits: forward, backward and Adam on one batch.</summary>
internal static class TrainingStepPeers
{
    private const int Batch = 128;

    public static void Run(PeerSession session, IReadOnlyList<PeerProcess> processes)
    {
        using var workers = new Workers(2);
        Compare(session, processes, workers, 1 / 3.5, new NetworkShape(Batch, 64, 100, 100, 10));
        Compare(session, processes, workers, 0.52, new NetworkShape(Batch, 784, 512, 512, 10));
    }

    private static void Compare(
        PeerSession session, IReadOnlyList<PeerProcess> processes, Workers workers, double atMost, NetworkShape network)
    {
        string name = $"training step, {network}";
        if (!session.Wants(name))
            return;
        session.Compare(name, "ours", null, AlternatingPairs.Timed(network.MakeStep()), AlternatingPairs.Timed(network.MakeStep()));
        foreach (int threads in (int[])[1, 2])
        {
            TimedWork ours = AlternatingPairs.Timed(network.MakeStep(threads == 1 ? null : workers));
            string work = threads == 1 ? name : $"{name}, two threads";
            foreach (PeerProcess process in processes)
            {
                foreach (string kind in OptimizerPeers.KindsOf(process))
                {
                    var request = new JsonObject
                    {
                        ["work"] = "training_step",
                        ["sizes"] = new JsonArray([.. network.Sizes]),
                        ["batch"] = network.Batch,
                        ["kind"] = kind,
                    };
                    session.Compare(work, process, $"{process.Name}, {kind}", threads == 1 ? atMost : null, ours, request, threads);
                }
            }
        }
    }
}
