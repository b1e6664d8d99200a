using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Activations;

/// <summary>The same vector added to every row. Its gradient is <see cref="Reduction.ColumnSums"/>.</summary>
public static class Bias
{
    // What a row that is in the caches takes, about.
    private const double NanosecondsPerElement = 0.1;

    private const int RepeatedElements = 256;

    /// <summary>Adds <paramref name="bias"/> to every row of <paramref name="matrix"/>, in place, each sum rounded once.</summary>
    /// <param name="matrix">[rows, columns], row by row; the columns are as many as <paramref name="bias"/> has elements.</param>
    /// <param name="bias">[columns], apart from <paramref name="matrix"/>.</param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="bias"/> is empty, does not divide the matrix into rows, or overlaps it.
    /// </exception>
    public static void Add(Span<float> matrix, ReadOnlySpan<float> bias, Workers? workers = null)
    {
        Require.Rows(matrix, bias);
        Require.Apart(bias, matrix);
        var rows = new Rows(
            matrix, bias, Workers.Divide(workers, matrix.Length / bias.Length, bias.Length * NanosecondsPerElement, unit: 1));
        Workers.Run(workers, ref rows, rows.Parts.Count);
    }

    private readonly ref struct Rows(Span<float> matrix, ReadOnlySpan<float> bias, WorkParts parts) : IWork
    {
        private readonly Span<float> _matrix = matrix;
        private readonly ReadOnlySpan<float> _bias = bias;

        public WorkParts Parts { get; } = parts;

        // Short rows are taken several at a time, beside as many copies of the bias.
        public void Run(int part)
        {
            (int row, int count) = Parts.Of(part);
            int end = row + count, together = Math.Clamp(RepeatedElements / _bias.Length, 1, Math.Max(1, count));
            ReadOnlySpan<float> biases = together == 1 ? _bias : Repeat(_bias, stackalloc float[together * _bias.Length]);
            for (; row < end; row += together)
            {
                int length = Math.Min(together, end - row) * _bias.Length;
                Span<float> rows = _matrix.Slice(row * _bias.Length, length);
                Map.Run(default(Sum), rows, biases[..length], rows);
            }
        }

        private static ReadOnlySpan<float> Repeat(ReadOnlySpan<float> bias, Span<float> biases)
        {
            for (int start = 0; start < biases.Length; start += bias.Length)
                bias.CopyTo(biases[start..]);
            return biases;
        }
    }

    private readonly struct Sum : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> => left + right;
    }
}
