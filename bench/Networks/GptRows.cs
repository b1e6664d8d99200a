using System.Text.Json.Nodes;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Peers;

namespace TensorEngine.Benchmarks.Networks;

/// <summary>The rows of the command <c>networks</c> with transformers.</summary>
internal static class GptRows
{
    // Of steps of seconds, where one is as good as many short ones; a ratio to another library rests on as many as all do.
    private const int FewPairs = 7;

    private static readonly Row[] s_rows = [new(GptStep.Small, 0.75, 0.75, IsLong: false), new(GptStep.Gpt2, 0.85, 0.3, IsLong: true)];

    /// <summary>Training steps beside the product's speed, PyTorch, TorchSharp and llm.c.</summary>
    /// <param name="session">What is compared.</param>
    /// <param name="peers">Those there are.</param>
    /// <param name="workers">The threads, or null for one.</param>
    /// <param name="product">How long operations take in a large product.</param>
    public static void Compare(PeerSession session, IReadOnlyList<PeerProcess> peers, Workers? workers, Func<double, Workers?, TimedWork> product)
    {
        foreach (Row row in s_rows)
        {
            GptStep network = row.Network;
            string work = $"{network}, {(workers is null ? "one thread" : "two threads")}";
            if (!session.Wants(work))
                continue;
            TimedWork ours = AlternatingPairs.Timed(network.MakeStep(workers));
            session.Compare(
                work,
                NetworksCommand.AtProductsSpeed,
                null,
                ours,
                product(network.Operations, workers),
                operations: network.Operations,
                most: row.IsLong ? FewPairs : int.MaxValue);
            if (session.Wants(work, NetworksCommand.AtProductsSpeed))
                session.Note(NetworksCommand.Speed(work, network.Operations, session.Comparisons[^1].Times));
            foreach (PeerProcess peer in peers)
            {
                bool isC = peer.Name is "llm.c";
                var request = new JsonObject { ["work"] = "gpt", ["network"] = network.Name, ["batch"] = network.Batch };
                session.Compare(
                    work,
                    peer,
                    peer.Name,
                    isC ? row.OfC : row.OfTorch,
                    ours,
                    request,
                    workers?.ThreadCount ?? 1,
                    operations: network.Operations,
                    most: isC && row.IsLong ? FewPairs : int.MaxValue);
            }
        }
    }

    /// <summary>A network, and what its step is to take at most of PyTorch's or TorchSharp's, and of llm.c's.</summary>
    private sealed record Row(GptStep Network, double OfTorch, double OfC, bool IsLong);
}
