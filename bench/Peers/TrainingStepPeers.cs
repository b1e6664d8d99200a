using System.Globalization;
using System.Text.Json.Nodes;
using Digits.Training;
using Engine.Benchmarks.Timing;
using Engine.Generators;
using Engine.Optimizers;

namespace Engine.Benchmarks.Peers;

/// <summary>One training step of the network of samples/Digits: forward, backward and Adam on one batch.</summary>
internal static class TrainingStepPeers
{
    private const int Batch = 128;

    public static void Run(PeerSession session, TorchProcess? torch) => Compare(session, torch, .5, [64, 100, 100, 10]);

    private static void Compare(PeerSession session, TorchProcess? torch, double atMost, int[] sizes)
    {
        string work = $"training step, {string.Join('-', sizes)}, batch {Batch.ToString(CultureInfo.InvariantCulture)}";
        if (torch is null || !session.Wants(work))
            return;
        var request = new JsonObject
        {
            ["work"] = "training_step",
            ["sizes"] = new JsonArray([.. sizes]),
            ["batch"] = Batch,
        };
        session.Compare(work, torch, atMost, Ours(sizes), request);
    }

    private static TimedWork Ours(int[] sizes)
    {
        var network = new MultiLayerPerceptron(sizes, Batch);
        network.Initialize(InitializerChoice.He, new Philox(seed: 1));

        // The same batch and rate as in torch_peer.py, which says why.
        float[] images = [.. Enumerable.Range(0, Batch * sizes[0]).Select(i => (i * 37 + i / sizes[0] * 11) % 17 / 16f)];
        int[] labels = [.. Enumerable.Range(0, Batch).Select(i => i % sizes[^1])];
        var adam = new Adam(network.Parameters, new AdamOptions { LearningRate = 1e-6 });
        return AlternatingPairs.Timed(() =>
        {
            network.FindGradients(images, labels);
            adam.Step();
        });
    }
}
