using System.Globalization;
using System.Text.Json.Nodes;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Products;
using TensorEngine.Generators;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Activations;

namespace TensorEngine.Benchmarks.Peers;

/// <summary>Cross-entropy with its gradient, and products of matrices, beside libtorch.</summary>
internal static class FunctionPeers
{
    public static void Run(PeerSession session, IReadOnlyList<PeerProcess> processes)
    {
        foreach ((int rows, int classes) in ((int, int)[])[(128, 10), (16 << 10, 1024), (1 << 20, 16)])
            CrossEntropy(session, processes, rows, classes);
        foreach (int threads in (int[])[1, 2])
        {
            foreach (int side in (int[])[64, 128, 256, 512, 1024])
                Product(session, processes, side, threads);
        }
    }

    private static void CrossEntropy(PeerSession session, IReadOnlyList<PeerProcess> processes, int rows, int classes)
    {
        string work = string.Create(CultureInfo.InvariantCulture, $"softmax with cross-entropy and gradient, {rows:#,0} x {classes:#,0}");
        if (!session.Wants(work))
            return;
        float[] logits = new float[rows * classes], gradient = new float[logits.Length];
        new Philox(1).Normal(logits);
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row % classes)];
        TimedWork ours = AlternatingPairs.Timed(() => Softmax.CrossEntropy(
            new ReadOnlyMatrixSpan(logits, rows, classes), labels, new MatrixSpan(gradient, rows, classes)));
        foreach (PeerProcess process in processes)
        {
            var request = new JsonObject { ["work"] = "cross_entropy", ["rows"] = rows, ["classes"] = classes };
            session.Compare(work, process, process.Name, null, ours, request, elements: logits.Length);
        }
    }

    private static void Product(PeerSession session, IReadOnlyList<PeerProcess> processes, int side, int threads)
    {
        string work = $"product {side} of libtorch{(threads == 1 ? "" : ", two threads")}";
        if (!session.Wants(work))
            return;
        using var workers = new Workers(threads);
        using var product = new ProductCase(Layout.Plain, side, side, side);
        foreach (PeerProcess process in processes)
        {
            var request = new JsonObject { ["work"] = "product", ["side"] = side };
            session.Compare(work, process, process.Name, threads == 1 ? 1 : 0.9, product.Ours(workers), request, threads);
        }
    }
}
