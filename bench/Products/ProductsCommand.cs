using System.CommandLine;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Peers;
using TensorEngine.Lanes;

namespace TensorEngine.Benchmarks.Products;

/// <summary>
/// The command <c>products</c>: products of matrices beside OpenBLAS and beside a loop of nothing but fused multiply-adds, and
/// functions of long arrays beside loops that only read and write them.
/// </summary>
internal static class ProductsCommand
{
    private const double AsFast = 1.0;
    private const double NineTenths = 1 / .9;
    private const double ThreeQuarters = 1 / .75;
    private const double Small = 0.95;
    private const double AlongSums = 1.3;

    public static Command Create() => SessionCommand.Create(
        "products",
        "Products, activations and reductions",
        "Compare products with OpenBLAS and the processor's peak, and activations and reductions with the memory's speed",
        (session, _) => Run(session),
        pairs: 31);

    public static void Run(PeerSession session)
    {
        session.Found($"fused multiply-adds in twelve chains of {LaneWidth.Current} floats");
        OpenBlas? blas = OpenBlas.TryLoad(threads: 2, out string missing);
        if (blas is null)
            session.Lacks("OpenBLAS", missing);
        else
            session.Found(blas.Version);

        foreach (int side in (int[])[64, 128, 256, 512, 1024, 2048])
            OneThread(session, blas, side, side, side, side == 64 ? Small : AsFast);
        foreach ((int rows, int inner, int columns) in ((int, int, int)[])[(128, 64, 100), (128, 784, 100), (1, 1024, 1024), (1024, 1024, 1)])
            OneThread(session, blas, rows, inner, columns, NineTenths);

        if (Environment.ProcessorCount < 2)
        {
            session.Lacks("two threads", "the process may use one processor only");
        }
        else
        {
            using var workers = new Workers(2);
            foreach (int side in (int[])[64, 128, 256, 512, 1024, 2048])
                TwoThreads(session, blas, workers, side);
        }

        ViewCost.Run(session);
        MemoryWork.Run(session);
    }

    private static void OneThread(PeerSession session, OpenBlas? blas, int rows, int inner, int columns, double atMost)
    {
        foreach (Layout layout in Enum.GetValues<Layout>())
        {
            using var product = new ProductCase(layout, rows, inner, columns);
            TimedWork ours = product.Ours();
            if (blas is not null)
            {
                Compare(session, product, product.Name, "OpenBLAS, sgemm", atMost, ours, product.Sgemm(blas, threads: 1));
                if (product.IsVector)
                {
                    double most = product.IsAlongSums ? AlongSums : atMost;
                    Compare(session, product, product.Name, "OpenBLAS, sgemv", most, ours, product.Sgemv(blas, threads: 1));
                }
            }

            // At 64, too, where OpenBLAS is at the peak: no product can be faster than the multiply-adds that it consists of.
            if ((rows, inner, columns) is (64, 64, 64) || (rows >= 512 && columns >= 512))
                session.Compare(product.Name, "peak", ThreeQuarters, ours, FmaPeak.Of(product.Operations), operations: product.Operations);
        }
    }

    private static void TwoThreads(PeerSession session, OpenBlas? blas, Workers workers, int side)
    {
        foreach (Layout layout in Enum.GetValues<Layout>())
        {
            using var product = new ProductCase(layout, side, side, side);
            if (blas is not null)
            {
                Compare(
                    session,
                    product,
                    $"{product.Name}, two threads",
                    "OpenBLAS, sgemm",
                    side < 512 ? NineTenths : AsFast,
                    ProductCase.AfterOthers(product.Ours(workers)),
                    ProductCase.AfterOthers(product.Sgemm(blas, threads: 2)));
            }
        }
    }

    private static void Compare(
        PeerSession session, ProductCase product, string work, string peer, double atMost, TimedWork ours, TimedWork theirs)
    {
        if (!session.Wants(work))
            return;
        // The order of the additions is another one, so the sums differ a little.
        float difference = product.Difference(theirs);
        if (difference > product.Tolerance)
            session.Lacks($"equal work, {work}", $"the products differ by {difference}");
        session.Compare(work, peer, atMost, ours, theirs, operations: product.Operations);
    }
}
