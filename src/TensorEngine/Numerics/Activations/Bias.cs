using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Activations;

/// <summary>Adds the same vector to every row. Its gradient is <see cref="Reduction.ColumnSums"/> of the output's gradient.</summary>
public static class Bias
{
    // What a row that is in the caches takes, about.
    private const double NanosecondsPerElement = 0.1;

    private const int RepeatedElements = 256;

    /// <summary>output[i, j] = input[i, j] + bias[j], rounded once.</summary>
    /// <param name="input">[rows, columns], with contiguous rows.</param>
    /// <param name="bias">[columns]; may not overlap <paramref name="output"/>.</param>
    /// <param name="output">
    /// [rows, columns], with contiguous rows; may be the same memory as <paramref name="input"/>, but may not overlap it otherwise.
    /// </param>
    /// <param name="workers">The threads that share long work, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// Sizes differ, the elements of a row are not contiguous, <paramref name="output"/> has overlapping rows or overlaps
    /// <paramref name="input"/> without being the same memory, or <paramref name="bias"/> overlaps <paramref name="output"/>.
    /// </exception>
    public static void Add(ReadOnlyMatrixSpan input, ReadOnlySpan<float> bias, MatrixSpan output, Workers? workers = null)
    {
        RequireMatrix.ByRows(input);
        RequireMatrix.WritableByRows(output);
        RequireMatrix.SameSides(output, input);
        RequireMatrix.Columns(bias, input);
        RequireMatrix.SameOrApart(output, input);
        Require.Apart(bias, output.Span);
        if (output.IsEmpty)
            return;
        var rows = new Rows(
            input, bias, output, Workers.Divide(workers, output.Rows, bias.Length * NanosecondsPerElement, unit: 1));
        Workers.Run(workers, ref rows, rows.Parts.Count);
    }

    private readonly ref struct Rows(ReadOnlyMatrixSpan input, ReadOnlySpan<float> bias, MatrixSpan output, WorkParts parts) : IWork
    {
        private readonly ReadOnlyMatrixSpan _input = input;
        private readonly ReadOnlySpan<float> _bias = bias;
        private readonly MatrixSpan _output = output;

        public WorkParts Parts { get; } = parts;

        // Short rows that lie without gaps between them are taken several at a time, beside as many copies of the bias.
        public void Run(int part)
        {
            (int row, int count) = Parts.Of(part);
            int end = row + count;
            int together = _input.IsDense && _output.IsDense ? Math.Clamp(RepeatedElements / _bias.Length, 1, Math.Max(1, count)) : 1;
            ReadOnlySpan<float> biases = together == 1 ? _bias : Repeat(_bias, stackalloc float[together * _bias.Length]);
            for (; row < end; row += together)
            {
                int rows = Math.Min(together, end - row), length = rows * _bias.Length;
                Map.Run(
                    default(Sum),
                    _input.View.Block(row, 0, rows, _bias.Length).Span,
                    biases[..length],
                    _output.Block(row, 0, rows, _bias.Length).Span);
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
