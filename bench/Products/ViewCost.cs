using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Peers;
using TensorEngine.Numerics;

namespace TensorEngine.Benchmarks.Products;

/// <summary>What it takes to say where a matrix lies: a view of an array, checked, and its transpose.</summary>
internal static class ViewCost
{
    private const string Work = "making a view";
    private const int Views = 1000;
    private const int Samples = 201;

    public static void Run(PeerSession session)
    {
        if (!session.Wants(Work))
            return;
        float[] elements = new float[64 * 64];
        double[] made = new double[Samples];
        WarmUp.Run(() => Make(elements, Views));
        for (int sample = 0; sample < Samples; sample++)
        {
            long start = Stopwatch.GetTimestamp();
            Make(elements, Views);
            made[sample] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / Views;
        }

        double median = new Quartiles(made).Median;
        session.Note(string.Create(CultureInfo.InvariantCulture, $"{Work}: {median:0.0} ns with its transpose (at most 20)"));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nint Make(float[] elements, int count)
    {
        nint used = 0;
        for (int i = 0; i < count; i++)
            used += Use(new ReadOnlyMatrixSpan(elements, 64, 64).Transposed);
        return used;
    }

    // A call that takes the view, as a product does.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nint Use(scoped ReadOnlyMatrixSpan view) => view.Rows + view.ColumnStride;
}
