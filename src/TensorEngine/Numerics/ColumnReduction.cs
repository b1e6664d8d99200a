using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics;

/// <summary>Sums over the columns of a matrix: each is one chain in the order of the rows, carried in double and narrowed once.</summary>
internal static class ColumnReduction
{
    // What a matrix that comes from the caches takes, about.
    private const double NanosecondsPerElement = 0.125;

    // Neighbouring cache lines of a row are better read by one thread.
    private const int PartUnit = 64;

    /// <summary>destination[j] = the sum of the terms of column j, over <paramref name="divisor"/>.</summary>
    public static void Run<TTerm>(ReadOnlyMatrixSpan matrix, Span<float> destination, double divisor, Workers? workers)
        where TTerm : struct, ITerm
    {
        Debug.Assert(matrix.Columns == destination.Length, $"{matrix.ToString()} to {destination.Length} sums.");
        WorkParts parts = Workers.Divide(workers, destination.Length, matrix.Rows * NanosecondsPerElement, PartUnit);
        var kernel = new Kernel<TTerm>(matrix.View, destination, divisor, parts, 0);
        Workers.Run(workers, ref kernel, parts.Count);
    }

    private readonly ref struct Kernel<TTerm>(
        MatrixSpan matrix, Span<float> destination, double divisor, WorkParts parts, int part) : IDoubleKernel, IWork
        where TTerm : struct, ITerm
    {
        private readonly MatrixSpan _matrix = matrix;
        private readonly Span<float> _destination = destination;

        public void Run(int part)
        {
            var own = new Kernel<TTerm>(_matrix, _destination, divisor, parts, part);
            LaneDispatch.Double(ref own);
        }

        public void Run<TDouble>()
            where TDouble : struct, IDoubleLane<TDouble>
        {
            (int column, int length) = parts.Of(part);
            int end = column + length;
            Span<double> sums = stackalloc double[TDouble.Width];
            // Columns that lie apart, as those of a transpose, are added one by one.
            for (; _matrix.ColumnStride == 1 && column <= end - TDouble.Width; column += TDouble.Width)
                Columns<TDouble>(column, sums);
            for (; column < end; column++)
                Columns<DoubleLane1>(column, sums[..1]);
        }

        private void Columns<TDouble>(int column, Span<double> sums)
            where TDouble : struct, IDoubleLane<TDouble>
        {
            Add<TDouble>(in _matrix.At(0, column), _matrix.Rows, _matrix.RowStride, ref MemoryMarshal.GetReference(sums));
            for (int i = 0; i < sums.Length; i++)
                _destination[column + i] = (float)(sums[i] / divisor);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Add<TDouble>(ref readonly float column, nint rows, nint rowStride, ref double sums)
            where TDouble : struct, IDoubleLane<TDouble>
        {
            TDouble sum = default;
            for (nint i = 0, end = rows * rowStride; i < end; i += rowStride)
                sum += TTerm.Of(TDouble.LoadFloats(in column, i));
            sum.Store(ref sums, 0);
        }
    }
}
