using TensorEngine.Lanes;
using TensorEngine.Numerics;

namespace TensorEngine.Autograd.Operations;

/// <summary>Functions of a buffer and a shorter one that is repeated as often as necessary.</summary>
internal static class Repeated
{
    // So many copies lie side by side that a call pays; with threads, that it pays to share one.
    private const int LeastElements = 1024;
    private const int SharedElements = 1 << 18;

    /// <summary>output = function(input 0, input 1), input 1 repeated.</summary>
    public static void Forward<TFunction>(in TFunction function, in ForwardContext context)
        where TFunction : struct, IBinaryFunction
    {
        ReadOnlySpan<float> left = context.Input(0), right = context.Input(1);
        Span<float> repeats = context.Temporary<float>(Length(left.Length, right.Length, context.Workers));
        Run(function, left, right, repeats, context.Output, context.Workers);
    }

    /// <summary>The floats that <see cref="Run"/> needs for copies.</summary>
    public static int Length(int length, int unit, Workers? workers)
    {
        int most = workers is null ? LeastElements : SharedElements;
        return unit >= most || length == unit ? 0 : Math.Min(length, most / unit * unit);
    }

    /// <summary>output = function(left, right), right repeated.</summary>
    public static void Run<TFunction>(
        in TFunction function,
        ReadOnlySpan<float> left,
        ReadOnlySpan<float> right,
        Span<float> repeats,
        Span<float> output,
        Workers? workers)
        where TFunction : struct, IBinaryFunction
    {
        for (int start = 0; start < repeats.Length; start += right.Length)
            right.CopyTo(repeats[start..]);
        ReadOnlySpan<float> block = repeats.IsEmpty ? right : repeats;
        for (int start = 0; start < left.Length; start += block.Length)
        {
            int length = Math.Min(block.Length, left.Length - start);
            Map.Run(function, left.Slice(start, length), block[..length], output.Slice(start, length), workers);
        }
    }

    /// <summary>The sum of all blocks as long as the destination, in their order.</summary>
    public static void SumInto(ReadOnlySpan<float> blocks, Span<float> destination, Workers? workers)
    {
        if (blocks.Length == destination.Length)
            blocks.CopyTo(destination);
        else
            Reduction.ColumnSums(blocks.AsRows(destination.Length), destination, workers: workers);
    }

    /// <summary>Does parts on the threads, or on the calling one if there are none.</summary>
    public static void Share<TWork>(Workers? workers, int parts, scoped in TWork work, double nanosecondsEach)
        where TWork : struct, IWork, allows ref struct
    {
        if (workers is not null)
        {
            workers.Run(parts, in work, nanosecondsEach);
            return;
        }

        for (int part = 0; part < parts; part++)
            work.Run(part);
    }

    /// <summary>Copies, unless both are the same memory.</summary>
    public static void Copy(ReadOnlySpan<float> source, Span<float> destination)
    {
        if (source != destination)
            source.CopyTo(destination);
    }
}
