using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Numerics.Activations;

/// <content>Rows too short for a pass of their own: processes one row in each lane of a register.</content>
public static partial class Softmax
{
    // The lanes of a sum: longer rows are no single round of it.
    private const int MostOfFew = 63;
    private const int LeastOfFew = 4;
    private const int RowsOfFew = 64;

    /// <summary>
    /// The exponentials of up to 64 rows, transposed, their sums in the order of <see cref="Reduction"/>, and their multiples, back in
    /// rows. Every number has the bits that it has row by row.
    /// </summary>
    private readonly ref struct FewClasses
    {
        private readonly int _classes;
        private readonly Span<float> _exponentials;
        private readonly Span<double> _halves;

        /// <summary>Takes memory for <see cref="Exponentials(int)"/> floats and <see cref="Halves(int)"/> doubles.</summary>
        public FewClasses(int classes, Span<float> exponentials, Span<double> halves)
        {
            Debug.Assert(classes is >= LeastOfFew and <= MostOfFew, $"{classes} classes.");
            _classes = classes;
            _exponentials = exponentials;
            _halves = halves;
        }

        /// <summary>The sums of the rows.</summary>
        public ReadOnlySpan<double> Sums => _halves[..RowsOfFew];

        public static int Exponentials(int classes) => classes * RowsOfFew;

        public static int Halves(int classes) => Half(classes) * RowsOfFew;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Exponential(int row, int label) => _exponentials[label * RowsOfFew + row];

        /// <summary>Takes rows, and gives the largest element of each.</summary>
        public void Take(ref readonly float first, nint stride, int rows, Span<float> largest)
        {
            var shifted = new Shifted(in first, stride, _classes, rows, ref MemoryMarshal.GetReference(_exponentials), largest);
            LaneDispatch.Tile(ref shifted);
            // Of few rows the places of the others hold what was there: numbers that nobody reads.
            Elementary.Exp(_exponentials, _exponentials);
            var sum = new Sum(ref MemoryMarshal.GetReference(_exponentials), ref MemoryMarshal.GetReference(_halves), _classes);
            LaneDispatch.Double(ref sum);
        }

        /// <summary>Writes the exponentials times a factor for each row.</summary>
        public void Write(ref float first, nint stride, int rows, ReadOnlySpan<float> factors)
        {
            var scaled = new Scaled(ref first, stride, _classes, rows, ref MemoryMarshal.GetReference(_exponentials), factors);
            LaneDispatch.Tile(ref scaled);
        }

        private static int Half(int classes) => (int)BitOperations.RoundUpToPowerOf2((uint)classes) / 2;

        private readonly ref struct Shifted(
            ref readonly float first, nint stride, int classes, int rows, ref float shifted, Span<float> largest) : ITileKernel
        {
            private readonly ref readonly float _first = ref first;
            private readonly ref float _shifted = ref shifted;
            private readonly ref float _largest = ref MemoryMarshal.GetReference(largest);

            public void Run<TFloat>()
                where TFloat : struct, ITileLane<TFloat>
            {
                int row = 0;
                for (; row <= rows - TFloat.Width; row += TFloat.Width)
                    Rows<TFloat>(in Unsafe.Add(ref Unsafe.AsRef(in _first), row * stride), row);
                for (; row < rows; row++)
                    Rows<FloatLane1>(in Unsafe.Add(ref Unsafe.AsRef(in _first), row * stride), row);
            }

            // The last four columns may have been among those before: they come out the same.
            [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
            private void Rows<TFloat>(ref readonly float source, int row)
                where TFloat : struct, ITileLane<TFloat>
            {
                int last = classes - 4;
                (TFloat a, TFloat b, TFloat c, TFloat d) = TFloat.LoadColumns(in Unsafe.Add(ref Unsafe.AsRef(in source), last), stride);
                TFloat most = TFloat.Max(TFloat.Max(a, b), TFloat.Max(c, d));
                for (int column = 0; column < last; column += 4)
                {
                    (a, b, c, d) = TFloat.LoadColumns(in Unsafe.Add(ref Unsafe.AsRef(in source), column), stride);
                    most = TFloat.Max(most, TFloat.Max(TFloat.Max(a, b), TFloat.Max(c, d)));
                }

                most.Store(ref _largest, row);
                for (int column = 0; column < last; column += 4)
                    Columns(in source, column, row, most);
                Columns(in source, last, row, most);
            }

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            private void Columns<TFloat>(ref readonly float source, int column, int row, TFloat most)
                where TFloat : struct, ITileLane<TFloat>
            {
                (TFloat a, TFloat b, TFloat c, TFloat d) = TFloat.LoadColumns(in Unsafe.Add(ref Unsafe.AsRef(in source), column), stride);
                nint place = column * RowsOfFew + row;
                (a - most).Store(ref _shifted, place);
                (b - most).Store(ref _shifted, place + RowsOfFew);
                (c - most).Store(ref _shifted, place + 2 * RowsOfFew);
                (d - most).Store(ref _shifted, place + 3 * RowsOfFew);
            }
        }

        /// <summary>Adds a row's elements as the lanes of a sum are added: each to the one half the number away.</summary>
        private readonly ref struct Sum(ref float exponentials, ref double halves, int classes) : IDoubleKernel
        {
            private readonly ref float _exponentials = ref exponentials;
            private readonly ref double _halves = ref halves;

            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            public void Run<TDouble>()
                where TDouble : struct, IDoubleLane<TDouble>
            {
                int half = Half(classes);
                for (int lane = 0; lane < half; lane++)
                {
                    nint from = lane * RowsOfFew, to = (lane + half) * RowsOfFew;
                    bool both = lane + half < classes;
                    for (int row = 0; row < RowsOfFew; row += TDouble.Width)
                    {
                        TDouble sum = TDouble.LoadFloats(in _exponentials, from + row);
                        if (both)
                            sum += TDouble.LoadFloats(in _exponentials, to + row);
                        sum.Store(ref _halves, from + row);
                    }
                }

                for (half /= 2; half > 0; half /= 2)
                {
                    for (nint at = 0; at < half * RowsOfFew; at += TDouble.Width)
                        (TDouble.Load(in _halves, at) + TDouble.Load(in _halves, at + half * RowsOfFew)).Store(ref _halves, at);
                }
            }
        }

        private readonly ref struct Scaled(
            ref float first, nint stride, int classes, int rows, ref float exponentials, ReadOnlySpan<float> factors) : ITileKernel
        {
            private readonly ref float _first = ref first;
            private readonly ref float _exponentials = ref exponentials;
            private readonly ref float _factors = ref MemoryMarshal.GetReference(factors);

            public void Run<TFloat>()
                where TFloat : struct, ITileLane<TFloat>
            {
                int row = 0;
                for (; row <= rows - TFloat.Width; row += TFloat.Width)
                    Rows<TFloat>(row);
                for (; row < rows; row++)
                    Rows<FloatLane1>(row);
            }

            [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
            private void Rows<TFloat>(int row)
                where TFloat : struct, ITileLane<TFloat>
            {
                TFloat factor = TFloat.Load(in _factors, row);
                int last = classes - 4;
                for (int column = 0; column < last; column += 4)
                    Columns(column, row, factor);
                Columns(last, row, factor);
            }

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            private void Columns<TFloat>(int column, int row, TFloat factor)
                where TFloat : struct, ITileLane<TFloat>
            {
                nint place = column * RowsOfFew + row;
                TFloat.StoreColumns(
                    ref Unsafe.Add(ref _first, row * stride + column),
                    stride,
                    TFloat.Load(in _exponentials, place) * factor,
                    TFloat.Load(in _exponentials, place + RowsOfFew) * factor,
                    TFloat.Load(in _exponentials, place + 2 * RowsOfFew) * factor,
                    TFloat.Load(in _exponentials, place + 3 * RowsOfFew) * factor);
            }
        }
    }
}
