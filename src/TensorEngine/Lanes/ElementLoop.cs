using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace TensorEngine.Lanes;

/// <summary>An operation at one index of its operands: loads, arithmetic, stores. Its constants are fields.</summary>
internal interface IElementOperation
{
    /// <summary>Handles <c>TFloat.Width</c> adjacent elements.</summary>
    /// <param name="index">The first of them.</param>
    void Apply<TFloat>(nint index)
        where TFloat : struct, IFloatLane<TFloat>;
}

/// <summary>
/// The only loop over elements: whole registers first, then the remaining elements with the same operation in ever narrower registers.
/// </summary>
internal static class ElementLoop
{
    // Parts start where a page of 4096 bytes could, so that two threads rarely write to one.
    private const int PartUnit = 1024;

    // About what a short function takes inside the caches; whether to share work need not be known better.
    private const double NanosecondsPerElement = 0.1;

    // What a value takes that is written to the caches, about.
    private const double FillNanosecondsPerElement = 0.05;

    /// <summary>Processes all elements at the current width, on several threads if that is worthwhile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TOperation>(scoped in TOperation operation, int length, Workers? workers)
        where TOperation : struct, IElementOperation, allows ref struct
    {
        if (workers is null)
            LaneDispatch.Elements(operation, 0, length);
        else
            Share(operation, length, workers);
    }

    /// <summary>Handles the elements from <paramref name="index"/> up to <paramref name="end"/>.</summary>
    // Optimized at once, so that the first calls of a process run at full speed.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run<TFloat, TOperation>(scoped in TOperation operation, nint index, nint end)
        where TFloat : struct, IFloatLane<TFloat>
        where TOperation : struct, IElementOperation, allows ref struct
    {
        Debug.Assert(index >= 0 && index <= end, $"Elements from {index} to {end}.");
        // A copy whose address nobody has, so that its fields stay in registers.
        TOperation own = operation;
        for (; index <= end - TFloat.Width; index += TFloat.Width)
            own.Apply<TFloat>(index);
        if (TFloat.Width > 8 && index <= end - 8)
            Run<FloatLane256, TOperation>(operation, index, end);
        else if (TFloat.Width > 4 && index <= end - 4)
            Run<FloatLane128, TOperation>(operation, index, end);
        else if (TFloat.Width > 1 && index < end)
            Run<FloatLane1, TOperation>(operation, index, end);
    }

    /// <summary>Sets all elements to a value, on several threads if that is worthwhile.</summary>
    public static void Fill(Span<float> elements, float value, Workers? workers)
    {
        WorkParts parts = Workers.Divide(workers, elements.Length, FillNanosecondsPerElement, PartUnit);
        var work = new Filling(elements, value, parts);
        Workers.Run(workers, ref work, parts.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Share<TOperation>(scoped in TOperation operation, int length, Workers workers)
        where TOperation : struct, IElementOperation, allows ref struct
    {
        var work = new Parts<TOperation>(operation, Workers.Divide(workers, length, NanosecondsPerElement, PartUnit));
        Workers.Run(workers, ref work, work.Division.Count);
    }

    private readonly ref struct Parts<TOperation>(in TOperation operation, WorkParts division) : IWork
        where TOperation : struct, IElementOperation, allows ref struct
    {
        private readonly TOperation _operation = operation;

        public WorkParts Division { get; } = division;

        public void Run(int part)
        {
            (int start, int length) = Division.Of(part);
            LaneDispatch.Elements(_operation, start, start + length);
        }
    }

    private readonly ref struct Filling(Span<float> elements, float value, WorkParts parts) : IWork
    {
        private readonly Span<float> _elements = elements;

        public void Run(int part)
        {
            (int start, int length) = parts.Of(part);
            _elements.Slice(start, length).Fill(value);
        }
    }
}
