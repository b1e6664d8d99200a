using System.Globalization;
using System.Text.Json.Nodes;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Peers;

namespace TensorEngine.Benchmarks.Networks;

/// <summary>The rows of the command <c>networks</c> with transformers.</summary>
internal static class GptRows
{
    private static readonly (GptStep Network, double AtMost)[] s_rows = [(GptStep.Small, 0.75), (GptStep.Gpt2, 0.85)];

    /// <summary>Training steps beside the product's speed and PyTorch.</summary>
    /// <param name="session">What is compared.</param>
    /// <param name="torch">PyTorch, or null if there is none.</param>
    /// <param name="workers">The threads, or null for one.</param>
    /// <param name="product">How long operations take in a large product.</param>
    public static void Compare(PeerSession session, PeerProcess? torch, Workers? workers, Func<double, Workers?, TimedWork> product)
    {
        foreach ((GptStep network, double atMost) in s_rows)
        {
            string work = $"{network}, {(workers is null ? "one thread" : "two threads")}";
            if (!session.Wants(work))
                continue;
            TimedWork ours = AlternatingPairs.Timed(network.MakeStep(workers));
            session.Compare(
                work, "its operations at the speed of a product", null, ours, product(network.Operations, workers),
                operations: network.Operations);
            PairedTimes times = session.Comparisons[^1].Times;
            session.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"{work}: {network.Operations / 1e9:0.0} GFLOP, {network.Operations / times.Ours.Median:0} GFLOP/s, "
                + $"{1 / times.Ratio.Median:0%} of a product's speed"));
            if (torch is null)
                continue;
            var request = new JsonObject { ["work"] = "gpt", ["network"] = network.Name, ["batch"] = network.Batch };
            session.Compare(work, torch, torch.Name, atMost, ours, request, workers?.ThreadCount ?? 1);
        }
    }
}
