using System.Runtime.CompilerServices;
using TensorEngine.Lanes;

namespace TensorEngine.Numerics.Normalizations;

/// <summary>The common parts of layer and root mean square normalization.</summary>
internal static partial class RowNormalization
{
    // What a row that is in the caches takes, about: three passes.
    private const double NanosecondsPerElement = 0.4;

    public static void Forward<TCenter>(
        ReadOnlyMatrixSpan input,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        double epsilon,
        Span<float> means,
        Span<float> reciprocals,
        MatrixSpan output,
        Workers? workers)
        where TCenter : struct, IRowCenter
    {
        HyperParameter.NonNegative(epsilon, nameof(epsilon));
        RequireRows(input, output);
        RequireColumns(weight, input);
        RequireColumns(bias, input);
        if (weight.IsEmpty && !bias.IsEmpty)
            throw new ArgumentException("weight is empty, bias is not; without a weight there must be no bias.", nameof(bias));
        if (!means.IsEmpty)
            RequirePerRow(means, input);
        if (!reciprocals.IsEmpty)
            RequirePerRow(reciprocals, input);
        Require.Apart(weight, output.Span);
        Require.Apart(bias, output.Span);
        WorkParts parts = Workers.Divide(workers, input.Rows, input.Columns * NanosecondsPerElement, unit: 1);
        var work = new ForwardRows<TCenter>(input, weight, bias, epsilon, means, reciprocals, output, parts);
        Workers.Run(workers, ref work, parts.Count);
    }

    public static void InputGradient<TCenter>(
        ReadOnlyMatrixSpan input,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> means,
        ReadOnlySpan<float> reciprocals,
        ReadOnlyMatrixSpan outputGradient,
        MatrixSpan inputGradient,
        bool accumulate,
        Workers? workers)
        where TCenter : struct, IRowCenter
    {
        RequireRows(input, inputGradient);
        RequireMatrix.ByRows(outputGradient);
        RequireMatrix.SameSides(outputGradient, input);
        RequireMatrix.SameOrApart(inputGradient, outputGradient);
        RequireColumns(weight, input);
        RequirePerRow(reciprocals, input);
        Require.Apart(weight, inputGradient.Span);
        WorkParts parts = Workers.Divide(workers, input.Rows, input.Columns * NanosecondsPerElement, unit: 1);
        var work = new GradientRows<TCenter>(input, weight, means, reciprocals, outputGradient, inputGradient, accumulate, parts);
        Workers.Run(workers, ref work, parts.Count);
    }

    public static void WeightGradient<TCenter>(
        ReadOnlyMatrixSpan input,
        ReadOnlySpan<float> means,
        ReadOnlySpan<float> reciprocals,
        ReadOnlyMatrixSpan outputGradient,
        Span<float> weightGradient,
        bool accumulate,
        Workers? workers)
        where TCenter : struct, IRowCenter
    {
        RequireMatrix.ByRows(input);
        RequireMatrix.ByRows(outputGradient);
        RequireMatrix.SameSides(outputGradient, input);
        RequirePerRow(reciprocals, input);
        RequireMatrix.Columns(weightGradient, input);
        Require.Apart(weightGradient, input.Span);
        Require.Apart(weightGradient, outputGradient.Span);
        var terms = new WeightTerms<TCenter>(input, means, reciprocals, outputGradient);
        ColumnReduction.Run(terms, input.Rows, weightGradient, divisor: 1, accumulate, workers);
    }

    public static void RequirePerRow(
        ReadOnlySpan<float> values, ReadOnlyMatrixSpan input, [CallerArgumentExpression(nameof(values))] string name = "")
    {
        if (values.Length != input.Rows)
        {
            throw new ArgumentException(
                $"{name} has {values.Length} elements, input is {input.ToString()}; {name} must have one for every row.", name);
        }
    }

    private static void RequireRows(
        ReadOnlyMatrixSpan input, MatrixSpan result, [CallerArgumentExpression(nameof(result))] string name = "")
    {
        if (input.Columns == 0)
            throw new ArgumentException($"input is {input.ToString()}; there must be at least 1 column.", nameof(input));
        RequireMatrix.ByRows(input);
        RequireMatrix.WritableByRows(result, name);
        RequireMatrix.SameSides(result, input, name);
        RequireMatrix.SameOrApart(result, input, name);
    }

    private static void RequireColumns(
        ReadOnlySpan<float> vector, ReadOnlyMatrixSpan input, [CallerArgumentExpression(nameof(vector))] string name = "")
    {
        if (!vector.IsEmpty)
            RequireMatrix.Columns(vector, input, name);
    }

    private readonly ref struct ForwardRows<TCenter>(
        ReadOnlyMatrixSpan input,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        double epsilon,
        Span<float> means,
        Span<float> reciprocals,
        MatrixSpan output,
        WorkParts parts) : IWork
        where TCenter : struct, IRowCenter
    {
        private readonly ReadOnlyMatrixSpan _input = input;
        private readonly ReadOnlySpan<float> _weight = weight;
        private readonly ReadOnlySpan<float> _bias = bias;
        private readonly Span<float> _means = means;
        private readonly Span<float> _reciprocals = reciprocals;
        private readonly MatrixSpan _output = output;

        public void Run(int part)
        {
            (int first, int count) = parts.Of(part);
            for (int i = first; i < first + count; i++)
            {
                ReadOnlySpan<float> x = _input.RowSpan(i);
                Span<float> y = _output.RowSpan(i);
                double center = TCenter.Of(x);
                double square = LaneSum.Of(new CenteredFloats<Square>(x, center), x.Length) / x.Length;
                float mean = (float)center, reciprocal = (float)(1 / Math.Sqrt(square + epsilon));
                if (!_means.IsEmpty)
                    _means[i] = mean;
                if (!_reciprocals.IsEmpty)
                    _reciprocals[i] = reciprocal;
                var normalized = new Normalized(mean, reciprocal);
                if (_weight.IsEmpty)
                    Map.Run(normalized, x, y);
                else if (_bias.IsEmpty)
                    Map.Run(normalized, x, _weight, y);
                else
                    Map.Run(normalized, x, _weight, _bias, y);
            }
        }
    }

    private readonly struct Normalized(float mean, float reciprocal) : IUnaryFunction, IBinaryFunction, ITernaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => (value - TFloat.Splat(mean)) * TFloat.Splat(reciprocal);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat left, TFloat right)
            where TFloat : struct, IFloatLane<TFloat> => Apply(left) * right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TFloat Apply<TFloat>(TFloat first, TFloat second, TFloat third)
            where TFloat : struct, IFloatLane<TFloat> => TFloat.FusedMultiplyAdd(Apply(first), second, third);
    }

    private readonly ref struct WeightTerms<TCenter>(
        ReadOnlyMatrixSpan input, ReadOnlySpan<float> means, ReadOnlySpan<float> reciprocals, ReadOnlyMatrixSpan outputGradient)
        : IColumnTerms
        where TCenter : struct, IRowCenter
    {
        private readonly MatrixSpan _input = input.View;
        private readonly MatrixSpan _outputGradient = outputGradient.View;
        private readonly ReadOnlySpan<float> _means = means;
        private readonly ReadOnlySpan<float> _reciprocals = reciprocals;

        public bool SideBySide => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TDouble At<TDouble>(int row, int column)
            where TDouble : struct, IDoubleLane<TDouble>
        {
            TDouble x = TDouble.LoadFloats(in _input.At(row, 0), column), g = TDouble.LoadFloats(in _outputGradient.At(row, 0), column);
            return g * ((x - TDouble.Splat(TCenter.Kept(_means, row))) * TDouble.Splat(_reciprocals[row]));
        }
    }
}
