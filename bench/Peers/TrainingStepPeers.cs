using System.Text.Json.Nodes;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Workloads;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>One training step of a network of samples/Digits: forward, backward and Adam on one batch.</summary>
internal static class TrainingStepPeers
{
    private const int Batch = 128;

    public static void Run(PeerSession session, TorchProcess? torch)
    {
        Compare(session, torch, 1 / 3.5, new NetworkShape(Batch, 64, 100, 100, 10));
        Compare(session, torch, 1 / 2.0, new NetworkShape(Batch, 784, 512, 512, 10));
    }

    private static void Compare(PeerSession session, TorchProcess? torch, double atMost, NetworkShape network)
    {
        string work = $"training step, {network}";
        if (torch is null || !session.Wants(work))
            return;
        var request = new JsonObject
        {
            ["work"] = "training_step",
            ["sizes"] = new JsonArray([.. network.Sizes]),
            ["batch"] = network.Batch,
        };
        session.Compare(work, torch, atMost, AlternatingPairs.Timed(network.MakeStep()), request);
    }
}
