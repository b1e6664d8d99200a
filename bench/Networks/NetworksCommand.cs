using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Samples.Shared.Choices;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Peers;
using TensorEngine.Generators;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;
using TensorEngine.Tests.Oracles;

namespace TensorEngine.Benchmarks.Networks;

/// <summary>
/// The command <c>networks</c>: training steps on the tape beside backpropagation written by hand, the matrix product at its best,
/// PyTorch, TorchSharp and llm.c, with one thread and with two; and the memory that a step takes.
/// </summary>
internal static class NetworksCommand
{
    /// <summary>What stands for a peer where the speed of a product is.</summary>
    public const string AtProductsSpeed = "its operations at the speed of a product";

    private const double TapeCost = 1.03;
    private const int PeakSide = 512;

    public static Command Create() => SessionCommand.Create(
        "networks",
        "Networks on the tape",
        "Compare training steps on the tape with hand-written ones, with the product's speed, with PyTorch, TorchSharp and llm.c",
        (session, parsed) => Run(
            session,
            parsed.GetRequiredValue(SessionCommand.Python),
            parsed.GetRequiredValue(SessionCommand.TorchSharp),
            parsed.GetRequiredValue(SessionCommand.LlmC)),
        pairs: 61,
        SessionCommand.Python,
        SessionCommand.TorchSharp,
        SessionCommand.LlmC);

    private static void Run(PeerSession session, string python, string torchSharp, string llmC)
    {
        (NetworkStep Network, double One, double Two)[] rows =
        [
            (NetworkStep.All[0], 0.33, 0.3),
            (NetworkStep.All[1], 0.6, 0.58),
            (NetworkStep.All[2], 0.45, 0.45),
            (NetworkStep.All[3], 0.7, 0.7),
        ];
        ByHand(session, rows[0].Network, 64, 100, 100, 10);
        ByHand(session, rows[1].Network, 784, 512, 512, 10);
        using PeerProcess? torch = Start(session, PeerProcess.TryStartPython(python, out string missing), "PyTorch", missing);
        using PeerProcess? sharp = Start(session, PeerProcess.TryStartTorchSharp(torchSharp, out missing), "TorchSharp", missing);
        using PeerProcess? c = Start(session, PeerProcess.TryStartLlmC(llmC, out missing), "llm.c", missing);
        PeerProcess[] peers = [.. new[] { torch, sharp }.OfType<PeerProcess>()], all = [.. peers, .. new[] { c }.OfType<PeerProcess>()];
        foreach ((NetworkStep network, _, _) in rows)
        {
            if (torch is not null && session.Wants($"{network}, one thread"))
                NetworkMemory.Compare(session, network, python);
        }

        foreach (int threads in (int[])[1, 2])
        {
            using Workers? workers = threads > 1 ? new Workers(threads) : null;
            GptRows.Compare(session, all, workers, Product);
            foreach ((NetworkStep network, double one, double two) in rows)
            {
                string work = $"{network}, {(threads == 1 ? "one thread" : "two threads")}";
                if (session.Wants(work))
                    Compare(session, network, work, workers, peers, threads == 1 ? one : two);
            }
        }
    }

    /// <summary>What a step does, and how fast beside a product.</summary>
    public static string Speed(string work, double operations, PairedTimes times) => string.Create(
        CultureInfo.InvariantCulture,
        $"{work}: {operations / 1e6:#,0.0} million floating-point operations, {operations / times.Ours.Median:0} GFLOP/s, "
        + $"{1 / times.Ratio.Median:0%} of a product's speed");

    private static PeerProcess? Start(PeerSession session, PeerProcess? process, string name, string missing)
    {
        if (process is null)
            session.Lacks(name, missing);
        else
            session.Found($"{process.Version}, BLAS: {process.Blas}");
        return process;
    }

    private static void Compare(
        PeerSession session, NetworkStep network, string work, Workers? workers, PeerProcess[] peers, double atMost)
    {
        TimedWork ours = AlternatingPairs.Timed(network.MakeStep(workers));
        session.Compare(
            work, AtProductsSpeed, null, ours, Product(network.Operations, workers), operations: network.Operations);
        if (session.Wants(work, AtProductsSpeed))
            session.Note(Speed(work, network.Operations, session.Comparisons[^1].Times));
        foreach (PeerProcess peer in peers)
        {
            var request = new JsonObject { ["work"] = "network", ["network"] = network.Name, ["batch"] = network.Batch };
            session.Compare(
                work, peer, peer.Name, atMost, ours, request, workers?.ThreadCount ?? 1, operations: network.Operations);
        }
    }

    private static void ByHand(PeerSession session, NetworkStep network, params int[] sizes)
    {
        string work = $"{network}, gradients";
        if (!session.Wants(work))
            return;
        var byHand = new HandWrittenPerceptron(sizes, network.Batch);
        byHand.Initialize(InitializerChoice.He, new Philox(seed: 1));
        (float[] images, int[] labels) = network.Data();
        session.Compare(
            work, "written by hand", TapeCost,
            AlternatingPairs.Timed(network.MakeStep(null, steps: false)),
            AlternatingPairs.Timed(() => byHand.FindGradients(images, labels)));
    }

    /// <summary>How long as many operations take in a product that is large enough for the library's best.</summary>
    private static TimedWork Product(double operations, Workers? workers)
    {
        float[] left = new float[PeakSide * PeakSide], right = new float[left.Length], product = new float[left.Length];
        left.AsSpan().Fill(1);
        right.AsSpan().Fill(1);
        TimedWork timed = AlternatingPairs.Timed(() => MatrixProduct.Multiply(
            new ReadOnlyMatrixSpan(left, PeakSide, PeakSide),
            new ReadOnlyMatrixSpan(right, PeakSide, PeakSide),
            new MatrixSpan(product, PeakSide, PeakSide),
            workers));
        return repeats => timed(repeats) * operations / (2.0 * PeakSide * PeakSide * PeakSide);
    }
}
