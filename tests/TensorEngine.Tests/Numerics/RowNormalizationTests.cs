using NUnit.Framework;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Normalizations;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Numerics;

/// <summary>Layer and root mean square normalization with all gradients: PyTorch's recordings, and the same bits everywhere.</summary>
public sealed class RowNormalizationTests
{
    private static readonly (int Rows, int Columns)[] s_sizes = [(0, 3), (1, 1), (3, 7), (33, 17), (5, 130), (2, 5003)];

    [Test]
    public void LayerNormalizationIsPyTorchs()
    {
        foreach (RecordedFunction recorded in RecordedFunction.Named("layer_norm"))
        {
            int columns = recorded.Fields.GetProperty("columns").GetInt32();
            Results actual = Layer(new(recorded.Inputs[0], recorded.Inputs[1], recorded.Inputs[2], recorded.Gradient, columns), null, false);
            // What a row of one has left of itself is nothing but rounding, times a factor of 300.
            double floor = columns == 1 ? 300 : 1;
            recorded.AssertMet(0, actual.Output, "output", floor);
            recorded.AssertMet(1, actual.InputGradient, "gradient of the input", floor);
            recorded.AssertMet(2, actual.WeightGradient, "gradient of the weight", floor);
            recorded.AssertMet(3, actual.BiasGradient, "gradient of the bias", floor);
        }
    }

    [Test]
    public void RmsNormalizationIsPyTorchs()
    {
        foreach (RecordedFunction recorded in RecordedFunction.Named("rms_norm"))
        {
            int columns = recorded.Fields.GetProperty("columns").GetInt32();
            Results actual = Rms(new(recorded.Inputs[0], recorded.Inputs[1], [], recorded.Gradient, columns), null, false);
            recorded.AssertMet(0, actual.Output, "output", 1);
            recorded.AssertMet(1, actual.InputGradient, "gradient of the input", 1);
            recorded.AssertMet(2, actual.WeightGradient, "gradient of the weight", 1);
        }
    }

    [Test]
    public void TheBitsAreTheSameAtEveryWidthAndOnThreadsAndGradientsAreAdded([Values] bool layer, [Values] bool weighted)
    {
        foreach ((int rows, int columns) in s_sizes)
        {
            float[] weight = weighted ? Samples(2, columns) : [], bias = weighted ? Samples(3, columns) : [];
            var data = new Data(Samples(1, rows * columns), weight, bias, Samples(4, rows * columns), columns);
            Results expected = Run(data, null, false);
            foreach (int width in ForcedWidth.All)
            {
                using var forced = new ForcedWidth(width);
                Run(data, null, false).AssertSame(expected, $"width {width}");
            }

            foreach (int threads in (int[])[1, 2, 3, 8, 16])
            {
                using var workers = new Workers(threads) { ShareAll = true };
                Run(data, workers, false).AssertSame(expected, $"{threads} threads");
                Run(data, workers, true).AssertSame(expected.PlusOne(), $"{threads} threads, added");
            }
        }

        Results Run(Data data, Workers? workers, bool accumulate) =>
            layer ? Layer(data, workers, accumulate) : Rms(data, workers, accumulate);
    }

    [Test]
    public void RowsAreNormalizedInPlaceAndOfFewColumns()
    {
        float[] x = [1, 2, 3, -4, 4, 0], y = new float[6];
        LayerNormalization.Forward(new(x, 2, 3), [], [], 0, [], [], new(y, 2, 3));
        LayerNormalization.Forward(new(x, 2, 3), [], [], 0, [], [], new(x, 2, 3));
        Assert.That(x, Is.EqualTo(y));
        Assert.That(y[..3], Is.EqualTo(new[] { -1.2247449f, 0, 1.2247449f }).Within(1e-6));
        LayerNormalization.Forward(new([1, float.NaN, 5], 1, 3), [], [], 1e-5, [], [], new MatrixSpan(y, 2, 3).Slice(0, 0, 1, 3));
        Assert.That(y[..3], Is.All.NaN);
    }

    [Test]
    public void WrongArgumentsAreNamedAndNothingIsWritten()
    {
        float[] x = new float[6], target = [9, 9, 9, 9, 9, 9];
        Refuse("weight", () => LayerNormalization.Forward(new(x, 2, 3), new float[2], [], 0, [], [], new(target, 2, 3)), "weight has 2");
        Refuse("bias", () => LayerNormalization.Forward(new(x, 2, 3), [], new float[3], 0, [], [], new(target, 2, 3)), "weight is empty");
        Refuse("means", () => LayerNormalization.Forward(new(x, 2, 3), [], [], 0, new float[3], [], new(target, 2, 3)), "means has 3");
        Refuse("output", () => LayerNormalization.Forward(new(x, 2, 3), [], [], 0, [], [], new(target, 3, 2)), "output is [3, 2]");
        Refuse("input", () => RmsNormalization.Forward(new(x.AsSpan(0, 0), 6, 0), [], 0, [], new(target.AsSpan(0, 0), 6, 0)), "at least 1 column");
        Refuse("reciprocals", () => RmsNormalization.InputGradient(new(x, 2, 3), [], [], new(x, 2, 3), new(target, 2, 3)), "reciprocals has 0");
        Refuse(
            "weightGradient", () => RmsNormalization.WeightGradient(new(x, 2, 3), new float[2], new(x, 2, 3), target), "weightGradient has 6");
        Refusal.OfArgument<ArgumentOutOfRangeException>(
            "epsilon", () => RmsNormalization.Forward(new(x, 2, 3), [], -1, [], new(target, 2, 3)), "epsilon is -1");
        Assert.That(target, Is.All.EqualTo(9f));

        static void Refuse(string name, Action action, string message) => Refusal.OfArgument<ArgumentException>(name, action, message);
    }

    [Test]
    public void ACallAllocatesNothing()
    {
        float[] x = Samples(1, 6000), means = new float[60], factors = new float[60], weight = Samples(2, 100), y = new float[6000];
        float[] gradient = new float[100];
        using var workers = new Workers(2) { ShareAll = true };
        for (int i = 0; i < 3; i++)
            Call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Call();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Call()
        {
            LayerNormalization.Forward(new(x, 60, 100), weight, [], 1e-5, means, factors, new(y, 60, 100), workers);
            LayerNormalization.InputGradient(new(x, 60, 100), weight, means, factors, new(x, 60, 100), new(y, 60, 100), false, workers);
            LayerNormalization.WeightGradient(new(x, 60, 100), means, factors, new(x, 60, 100), gradient, true, workers);
        }
    }

    private static Results Layer(Data data, Workers? workers, bool accumulate)
    {
        (int rows, int columns) = (data.Rows, data.Columns);
        float[] means = new float[rows], factors = new float[rows];
        var results = new Results(data, accumulate);
        LayerNormalization.Forward(
            data.Matrix(data.Input), data.Weight, data.Bias, 1e-5, means, factors, new(results.Output, rows, columns), workers);
        LayerNormalization.InputGradient(
            data.Matrix(data.Input), data.Weight, means, factors, data.Matrix(data.Gradient), new(results.InputGradient, rows, columns),
            accumulate, workers);
        LayerNormalization.WeightGradient(
            data.Matrix(data.Input), means, factors, data.Matrix(data.Gradient), results.WeightGradient, accumulate, workers);
        Reduction.ColumnSums(data.Matrix(data.Gradient), results.BiasGradient, accumulate, workers);
        return results;
    }

    private static Results Rms(Data data, Workers? workers, bool accumulate)
    {
        (int rows, int columns) = (data.Rows, data.Columns);
        float[] factors = new float[rows];
        var results = new Results(data, accumulate);
        RmsNormalization.Forward(data.Matrix(data.Input), data.Weight, 1e-5, factors, new(results.Output, rows, columns), workers);
        RmsNormalization.InputGradient(
            data.Matrix(data.Input), data.Weight, factors, data.Matrix(data.Gradient), new(results.InputGradient, rows, columns),
            accumulate, workers);
        RmsNormalization.WeightGradient(
            data.Matrix(data.Input), factors, data.Matrix(data.Gradient), results.WeightGradient, accumulate, workers);
        return results;
    }

    private static float[] Samples(int seed, int length)
    {
        float[] samples = new float[length];
        FloatSamples.FillSpread(samples, new Random(seed), -2, 1);
        return samples;
    }

    private sealed record Data(float[] Input, float[] Weight, float[] Bias, float[] Gradient, int Columns)
    {
        public int Rows => Input.Length / Columns;

        public ReadOnlyMatrixSpan Matrix(float[] elements) => new(elements, Rows, Columns);
    }

    private sealed class Results
    {
        public Results(Data data, bool accumulate)
        {
            Output = new float[data.Input.Length];
            InputGradient = new float[data.Input.Length];
            WeightGradient = new float[data.Columns];
            BiasGradient = new float[data.Columns];
            if (!accumulate)
                return;
            foreach (float[] array in Gradients)
                array.AsSpan().Fill(1);
        }

        private Results(Results results)
        {
            Output = results.Output;
            InputGradient = [.. results.InputGradient.Select(value => 1 + value)];
            WeightGradient = [.. results.WeightGradient.Select(value => 1 + value)];
            BiasGradient = [.. results.BiasGradient.Select(value => 1 + value)];
        }

        public float[] Output { get; }

        public float[] InputGradient { get; }

        public float[] WeightGradient { get; }

        public float[] BiasGradient { get; }

        private float[][] Gradients => [InputGradient, WeightGradient, BiasGradient];

        public Results PlusOne() => new(this);

        public void AssertSame(Results expected, string context)
        {
            Bits.AssertSame(Output, expected.Output, $"{context}, output");
            foreach ((float[] actual, float[] other) in Gradients.Zip(expected.Gradients))
                Bits.AssertSame(actual, other, $"{context}, gradient");
        }
    }
}
