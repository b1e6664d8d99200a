using System.Numerics.Tensors;

namespace TensorEngine.Numerics;

/// <summary>Finds the largest magnitude, which does not depend on the order of comparisons.</summary>
internal static class LargestMagnitude
{
    private const double NanosecondsPerElement = 0.05;

    // Parts start where a page of 4096 bytes could.
    private const int PartUnit = 1024;

    /// <summary>Returns the largest magnitude of all elements; 0 for none, NaN if one is NaN.</summary>
    public static float Of(ReadOnlySpan<float> values, Workers? workers)
    {
        if (values.IsEmpty)
            return 0;
        WorkParts parts = Workers.Divide(workers, values.Length, NanosecondsPerElement, PartUnit);
        Span<float> largest = stackalloc float[parts.Count];
        var work = new Parts(values, parts, largest);
        Workers.Run(workers, ref work, parts.Count);
        return Math.Abs(TensorPrimitives.MaxMagnitude<float>(largest));
    }

    private readonly ref struct Parts(ReadOnlySpan<float> values, WorkParts parts, Span<float> largest) : IWork
    {
        private readonly ReadOnlySpan<float> _values = values;
        private readonly Span<float> _largest = largest;

        public void Run(int part)
        {
            (int start, int length) = parts.Of(part);
            _largest[part] = TensorPrimitives.MaxMagnitude(_values.Slice(start, length));
        }
    }
}
