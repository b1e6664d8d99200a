using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using TensorEngine.Lanes;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Numerics.Activations;

/// <summary>Softmax, its logarithm, and the corresponding loss, over the rows of a matrix.</summary>
/// <remarks>
/// Sums over a row are accumulated in double in the order that <see cref="Reduction"/> states, so the bits are the same at every width and
/// number of threads. A call allocates nothing.
/// </remarks>
public static partial class Softmax
{
    // What a long row takes, about.
    private const double NanosecondsPerElement = 0.5;

    /// <summary>
    /// Computes the probabilities of the classes in each row:
    /// <code>
    /// output = e^(x - max) / (sum of e^(x - max) over the row)
    /// </code>
    /// as torch.nn.functional.softmax over the last dimension. Any finite logits are safe. A row with NaN or +infinity, or of
    /// -infinity alone, gives NaN. Error at most 3 + |x - max| ULP.
    /// </summary>
    /// <param name="logits">[rows, classes], with contiguous rows; may have no rows.</param>
    /// <param name="output">
    /// [rows, classes], with contiguous rows; may be the memory of the logits, but may not overlap it otherwise.
    /// </param>
    /// <param name="workers">The threads that share many rows, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// There are no classes, the sizes of logits and output differ, the elements of a row are not contiguous, or output has overlapping
    /// rows or overlaps the logits without being the same memory.
    /// </exception>
    public static void Probabilities(ReadOnlyMatrixSpan logits, MatrixSpan output, Workers? workers = null) =>
        Forward<ToProbabilities>(logits, output, workers);

    /// <summary>
    /// inputGradient = output * (outputGradient - (sum of outputGradient * output over the row)). Error at most 3 ULP of the largest
    /// term, output * |outputGradient| or output * |sum|.
    /// </summary>
    /// <param name="output">[rows, classes], the output of <see cref="Probabilities"/>.</param>
    /// <param name="outputGradient">[rows, classes], with contiguous rows.</param>
    /// <param name="inputGradient">
    /// [rows, classes], with contiguous rows; may be the memory of an operand, but may not overlap one otherwise.
    /// </param>
    /// <param name="accumulate">Whether to add to <paramref name="inputGradient"/> instead of overwriting it.</param>
    /// <param name="workers">The threads that share many rows, or null (the default) to use the calling thread alone.</param>
    /// <exception cref="ArgumentException">
    /// There are no classes, sizes differ, the elements of a row are not contiguous, or inputGradient has overlapping rows or overlaps
    /// another matrix without being the same memory.
    /// </exception>
    public static void ProbabilitiesGradient(
        ReadOnlyMatrixSpan output,
        ReadOnlyMatrixSpan outputGradient,
        MatrixSpan inputGradient,
        bool accumulate = false,
        Workers? workers = null) => Backward<OfProbabilities>(output, outputGradient, inputGradient, accumulate, workers);

    /// <summary>
    /// Computes the logarithms of the probabilities, in nats: output = x - max - ln(sum of e^(x - max) over the row), as
    /// torch.nn.functional.log_softmax over the last dimension. A row with NaN or +infinity, or of -infinity alone, gives NaN. Error at
    /// most 3 ULP of the larger of |x - max| and 1.
    /// </summary>
    /// <inheritdoc cref="Probabilities"/>
    public static void LogProbabilities(ReadOnlyMatrixSpan logits, MatrixSpan output, Workers? workers = null) =>
        Forward<ToLogarithms>(logits, output, workers);

    /// <summary>
    /// inputGradient = outputGradient - e^output * (sum of outputGradient over the row). Error at most 4 ULP of the larger term.
    /// </summary>
    /// <inheritdoc cref="ProbabilitiesGradient"/>
    public static void LogProbabilitiesGradient(
        ReadOnlyMatrixSpan output,
        ReadOnlyMatrixSpan outputGradient,
        MatrixSpan inputGradient,
        bool accumulate = false,
        Workers? workers = null) => Backward<OfLogarithms>(output, outputGradient, inputGradient, accumulate, workers);

    private static void Forward<TRow>(ReadOnlyMatrixSpan logits, MatrixSpan output, Workers? workers)
        where TRow : struct, IForwardRow
    {
        RequireClasses(logits);
        RequireRows(logits, output, nameof(output));
        WorkParts parts = Workers.Divide(workers, logits.Rows, logits.Columns * NanosecondsPerElement, unit: 1);
        var rows = new ForwardRows<TRow>(logits, output, parts);
        Workers.Run(workers, ref rows, parts.Count);
    }

    private static void Backward<TRow>(
        ReadOnlyMatrixSpan output, ReadOnlyMatrixSpan outputGradient, MatrixSpan inputGradient, bool accumulate, Workers? workers)
        where TRow : struct, IGradientRow
    {
        RequireClasses(output);
        RequireRows(output, inputGradient, nameof(inputGradient));
        RequireRows(outputGradient, inputGradient, nameof(inputGradient));
        WorkParts parts = Workers.Divide(workers, output.Rows, output.Columns * NanosecondsPerElement, unit: 1);
        var rows = new GradientRows<TRow>(output, outputGradient, inputGradient, accumulate, parts);
        Workers.Run(workers, ref rows, parts.Count);
    }

    private static void RequireClasses(ReadOnlyMatrixSpan matrix, [CallerArgumentExpression(nameof(matrix))] string name = "")
    {
        if (matrix.Columns == 0)
            throw new ArgumentException($"{name} is {matrix.ToString()}; there must be at least 1 class.", name);
    }

    private static void RequireRows(
        ReadOnlyMatrixSpan input, MatrixSpan result, string name, [CallerArgumentExpression(nameof(input))] string inputName = "")
    {
        RequireMatrix.ByRows(input, inputName);
        RequireMatrix.WritableByRows(result, name);
        RequireMatrix.SameSides(result, input, name, inputName);
        RequireMatrix.SameOrApart(result, input, name, inputName);
    }

    private interface IForwardRow
    {
        static abstract void Run(ReadOnlySpan<float> x, Span<float> row);
    }

    private interface IGradientRow
    {
        static abstract void Run(ReadOnlySpan<float> y, ReadOnlySpan<float> g, Span<float> dx, bool accumulate);
    }

    private readonly ref struct ForwardRows<TRow>(ReadOnlyMatrixSpan logits, MatrixSpan output, WorkParts parts) : IWork
        where TRow : struct, IForwardRow
    {
        private readonly ReadOnlyMatrixSpan _logits = logits;
        private readonly MatrixSpan _output = output;

        public void Run(int part)
        {
            (int first, int count) = parts.Of(part);
            for (int i = first; i < first + count; i++)
                TRow.Run(_logits.RowSpan(i), _output.RowSpan(i));
        }
    }

    private readonly ref struct GradientRows<TRow>(
        ReadOnlyMatrixSpan output, ReadOnlyMatrixSpan outputGradient, MatrixSpan inputGradient, bool accumulate, WorkParts parts) : IWork
        where TRow : struct, IGradientRow
    {
        private readonly ReadOnlyMatrixSpan _output = output;
        private readonly ReadOnlyMatrixSpan _outputGradient = outputGradient;
        private readonly MatrixSpan _inputGradient = inputGradient;

        public void Run(int part)
        {
            (int first, int count) = parts.Of(part);
            for (int i = first; i < first + count; i++)
                TRow.Run(_output.RowSpan(i), _outputGradient.RowSpan(i), _inputGradient.RowSpan(i), accumulate);
        }
    }

    private readonly struct ToProbabilities : IForwardRow
    {
        public static void Run(ReadOnlySpan<float> x, Span<float> row)
        {
            Map.Run(new ShiftedExponential(TensorPrimitives.Max(x)), x, row);
            TensorPrimitives.Multiply(row, (float)(1 / Reduction.Sum(row)), row);
        }
    }

    private readonly struct ToLogarithms : IForwardRow
    {
        public static void Run(ReadOnlySpan<float> x, Span<float> row)
        {
            float largest = TensorPrimitives.Max(x);
            double sum = PairwiseTree.Sum(new ExponentialBlocks(x, largest), x.Length, LaneSum.Block);
            Map.Run(new ShiftedTwice(largest, Scalar.Log(sum)), x, row);
        }
    }

    private readonly struct OfProbabilities : IGradientRow
    {
        public static void Run(ReadOnlySpan<float> y, ReadOnlySpan<float> g, Span<float> dx, bool accumulate) =>
            GradientMap.Run(new ProbabilitySlope((float)Reduction.Dot(y, g)), y, g, dx, accumulate, workers: null);
    }

    private readonly struct OfLogarithms : IGradientRow
    {
        public static void Run(ReadOnlySpan<float> y, ReadOnlySpan<float> g, Span<float> dx, bool accumulate) =>
            GradientMap.Run(new LogarithmSlope((float)Reduction.Sum(g)), y, g, dx, accumulate, workers: null);
    }

    /// <summary>The sum of e^(x - largest), as of exponentials that are stored.</summary>
    private readonly ref struct ExponentialBlocks(ReadOnlySpan<float> values, float largest) : IBlockSums
    {
        private readonly ReadOnlySpan<float> _values = values;

        public double Sum(int start, int length)
        {
            Span<float> exponentials = stackalloc float[length];
            Map.Run(new ShiftedExponential(largest), _values.Slice(start, length), exponentials);
            return LaneSum.Of(new FloatTerms<Identity>(exponentials), length);
        }
    }

    private readonly struct ShiftedExponential(float largest) : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => Elementary.Exp(value - TFloat.Splat(largest));
    }

    /// <summary>value - first - second, where the second has more digits than a float.</summary>
    private readonly struct ShiftedTwice(float first, double second) : IUnaryFunction
    {
        private readonly float _high = (float)second;
        private readonly float _low = (float)(second - (float)second);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => value - TFloat.Splat(first) - TFloat.Splat(_high) - TFloat.Splat(_low);
    }

    private readonly struct ProbabilitySlope(float sum) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> => left * (right - TFloat.Splat(sum));
    }

    private readonly struct LogarithmSlope(float sum) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> =>
            TFloat.FusedMultiplyAdd(-Elementary.Exp(left), TFloat.Splat(sum), right);
    }
}
