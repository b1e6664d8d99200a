using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics;

/// <summary>The terms of a matrix whose columns are summed.</summary>
internal interface IColumnTerms
{
    /// <summary>Whether the terms of a row may be asked for by whole registers.</summary>
    bool SideBySide { get; }

    /// <summary>Gets the terms of a row starting at <paramref name="column"/>, one for each lane.</summary>
    TDouble At<TDouble>(int row, int column)
        where TDouble : struct, IDoubleLane<TDouble>;
}

/// <summary>Sums over the columns of a matrix: each is one chain in the order of the rows, carried in double and narrowed once.</summary>
internal static class ColumnReduction
{
    // What a matrix that comes from the caches takes, about.
    private const double NanosecondsPerElement = 0.125;

    // Neighbouring cache lines of a row are better read by one thread.
    private const int PartUnit = 64;

    /// <summary>destination[j] = the sum of the terms of column j, over <paramref name="divisor"/>; or that is added to it.</summary>
    public static void Run<TTerms>(
        scoped in TTerms terms, int rows, Span<float> destination, double divisor, bool accumulate, Workers? workers)
        where TTerms : struct, IColumnTerms, allows ref struct
    {
        WorkParts parts = Workers.Divide(workers, destination.Length, rows * NanosecondsPerElement, PartUnit);
        var kernel = new Kernel<TTerms>(terms, rows, destination, divisor, accumulate, parts, 0);
        Workers.Run(workers, ref kernel, parts.Count);
    }

    private readonly ref struct Kernel<TTerms>(
        in TTerms terms, int rows, Span<float> destination, double divisor, bool accumulate, WorkParts parts, int part)
        : IDoubleKernel, IWork
        where TTerms : struct, IColumnTerms, allows ref struct
    {
        private readonly TTerms _terms = terms;
        private readonly Span<float> _destination = destination;

        public void Run(int part)
        {
            var own = new Kernel<TTerms>(_terms, rows, _destination, divisor, accumulate, parts, part);
            LaneDispatch.Double(ref own);
        }

        public void Run<TDouble>()
            where TDouble : struct, IDoubleLane<TDouble>
        {
            (int column, int length) = parts.Of(part);
            int end = column + length;
            Span<double> sums = stackalloc double[TDouble.Width];
            // Columns that lie apart, as those of a transpose, are added one by one.
            for (; _terms.SideBySide && column <= end - TDouble.Width; column += TDouble.Width)
                Columns<TDouble>(column, sums);
            for (; column < end; column++)
                Columns<DoubleLane1>(column, sums[..1]);
        }

        private void Columns<TDouble>(int column, Span<double> sums)
            where TDouble : struct, IDoubleLane<TDouble>
        {
            Add<TDouble>(_terms, rows, column, ref MemoryMarshal.GetReference(sums));
            for (int i = 0; i < sums.Length; i++)
            {
                float sum = (float)(sums[i] / divisor);
                _destination[column + i] = accumulate ? _destination[column + i] + sum : sum;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Add<TDouble>(scoped in TTerms terms, int rows, int column, ref double sums)
            where TDouble : struct, IDoubleLane<TDouble>
        {
            // A copy whose address nobody has, so that its fields stay in registers.
            TTerms own = terms;
            TDouble sum = default;
            for (int row = 0; row < rows; row++)
                sum += own.At<TDouble>(row, column);
            sum.Store(ref sums, 0);
        }
    }
}

/// <summary>The elements of a matrix, or values computed from them.</summary>
internal readonly ref struct MatrixTerms<TTerm>(ReadOnlyMatrixSpan matrix) : IColumnTerms
    where TTerm : struct, ITerm
{
    private readonly MatrixSpan _matrix = matrix.View;

    public bool SideBySide => _matrix.ColumnStride == 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TDouble At<TDouble>(int row, int column)
        where TDouble : struct, IDoubleLane<TDouble> => TTerm.Of(TDouble.LoadFloats(in _matrix.At(row, column), 0));
}
