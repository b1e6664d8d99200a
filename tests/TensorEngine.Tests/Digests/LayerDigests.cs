using TensorEngine.Numerics;
using TensorEngine.Numerics.Activations;
using TensorEngine.Numerics.Losses;
using TensorEngine.Numerics.Normalizations;

namespace TensorEngine.Tests.Digests;

/// <summary>Reductions, losses and normalizations.</summary>
public static class LayerDigests
{
    private static readonly int[] s_lengths = [1, 7, 64, 4097, 20_011];
    private static readonly (int Rows, int Columns)[] s_sizes = [(1, 1), (33, 17), (5, 1000), (3, 5000), (128, 10)];

    private delegate double Value(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, double setting, LossReduction reduction, Workers? workers = null);

    private delegate void Gradient(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> target,
        double setting,
        LossReduction reduction,
        double outputGradient,
        Span<float> inputGradient,
        bool accumulate = false,
        Workers? workers = null);

    public static IEnumerable<DigestCase> Cases =>
    [
        DigestCase.Of("reductions of floats and doubles", Reductions),
        OfLoss(
            "squared error",
            (x, y, _, reduction, workers) => Loss.SquaredError(x, y, reduction, workers),
            (x, y, _, reduction, factor, dx, accumulate, workers) => Loss.SquaredErrorGradient(x, y, reduction, factor, dx, accumulate, workers)),
        OfLoss(
            "absolute error",
            (x, y, _, reduction, workers) => Loss.AbsoluteError(x, y, reduction, workers),
            (x, y, _, reduction, factor, dx, accumulate, workers) => Loss.AbsoluteErrorGradient(x, y, reduction, factor, dx, accumulate, workers)),
        OfLoss("Huber", Loss.Huber, Loss.HuberGradient),
        OfLoss("smooth absolute error", Loss.SmoothAbsoluteError, Loss.SmoothAbsoluteErrorGradient),
        OfLoss("binary cross-entropy", Loss.BinaryCrossEntropy, Loss.BinaryCrossEntropyGradient),
        DigestCase.Of("softmax and its logarithm", Softmaxes),
        DigestCase.Of("cross-entropy, smoothed, with rows that do not count", SmoothedCrossEntropy),
        DigestCase.Of("layer normalization", LayerNormalizations),
        DigestCase.Of("root mean square normalization", RmsNormalizations),
    ];

    private static void Reductions(Digest digest)
    {
        var numbers = new Numbers(21);
        foreach (int length in s_lengths)
        {
            float[] left = numbers.Floats(length, -20, 10), right = numbers.Floats(length);
            double[] wide = [.. left.Zip(right, (a, b) => a * (1 + 1e-9 * b))], other = [.. right.Select(value => value / 3.0)];
            digest.Add(
            [
                Reduction.Dot(left, right), Reduction.Mean(left), Reduction.Variance(left, 0), Reduction.Norm(left), Reduction.Min(left),
                Reduction.Max(left), Reduction.Sum(wide), Reduction.SquaredNorm(wide), Reduction.Dot(wide, other), Reduction.Mean(wide),
                Reduction.Variance(wide, 0), Reduction.Norm(wide), Reduction.Min(wide), Reduction.Max(wide),
            ]);
        }
    }

    private static DigestCase OfLoss(string name, Value value, Gradient gradient) =>
        DigestCase.Of($"loss, {name}", digest =>
        {
            var numbers = new Numbers(22);
            foreach (int length in s_lengths)
            {
                float[] input = numbers.Floats(length, -5, 3), target = numbers.Floats(length, -5, 0), result = new float[length];
                digest.Add([value(input, target, 0.7, LossReduction.Mean), value(input, target, 0.7, LossReduction.Sum)]);
                gradient(input, target, 0.7, LossReduction.Mean, 1.3, result);
                digest.Add(result);
                gradient(input, target, 0.7, LossReduction.Sum, 1.3, result, accumulate: true);
                digest.Add(result);
            }
        });

    private static void Softmaxes(Digest digest)
    {
        var numbers = new Numbers(25);
        foreach ((int rows, int columns) in s_sizes)
        {
            float[] logits = numbers.Floats(rows * columns, -9, 3), gradient = numbers.Floats(rows * columns), output = new float[logits.Length];
            Softmax.Probabilities(new(logits, rows, columns), new(output, rows, columns));
            digest.Add(output);
            Softmax.ProbabilitiesGradient(new(output, rows, columns), new(gradient, rows, columns), new(output, rows, columns));
            digest.Add(output);
            Softmax.LogProbabilities(new(logits, rows, columns), new(output, rows, columns));
            digest.Add(output);
            Softmax.LogProbabilitiesGradient(new(output, rows, columns), new(gradient, rows, columns), new(output, rows, columns));
            digest.Add(output);
        }
    }

    private static void SmoothedCrossEntropy(Digest digest)
    {
        var numbers = new Numbers(26);
        foreach ((int rows, int columns) in s_sizes)
        {
            float[] logits = numbers.Floats(rows * columns, -9, 3), gradient = new float[logits.Length];
            int[] labels = [.. numbers.Indices(rows, columns).Select((label, row) => row % 3 == 1 ? -1 : label)];
            digest.Add(Softmax.CrossEntropy(new(logits, rows, columns), labels, -1, 0.1, LossReduction.Sum, new(gradient, rows, columns)));
            digest.Add(gradient);
        }
    }

    private static void LayerNormalizations(Digest digest)
    {
        var numbers = new Numbers(23);
        foreach ((int rows, int columns) in s_sizes)
        {
            float[] input = numbers.Floats(rows * columns), gradient = numbers.Floats(rows * columns), output = new float[rows * columns];
            float[] weight = numbers.Floats(columns), bias = numbers.Floats(columns), means = new float[rows], factors = new float[rows];
            LayerNormalization.Forward(new(input, rows, columns), weight, bias, 1e-5, means, factors, new(output, rows, columns));
            digest.Add(output);
            digest.Add(means);
            digest.Add(factors);
            LayerNormalization.InputGradient(
                new(input, rows, columns), weight, means, factors, new(gradient, rows, columns), new(output, rows, columns));
            digest.Add(output);
            LayerNormalization.WeightGradient(new(input, rows, columns), means, factors, new(gradient, rows, columns), weight);
            digest.Add(weight);
        }
    }

    private static void RmsNormalizations(Digest digest)
    {
        var numbers = new Numbers(24);
        foreach ((int rows, int columns) in s_sizes)
        {
            float[] input = numbers.Floats(rows * columns), gradient = numbers.Floats(rows * columns), output = new float[rows * columns];
            float[] weight = numbers.Floats(columns), factors = new float[rows];
            RmsNormalization.Forward(new(input, rows, columns), weight, 1e-5, factors, new(output, rows, columns));
            digest.Add(output);
            RmsNormalization.InputGradient(
                new(input, rows, columns), weight, factors, new(gradient, rows, columns), new(output, rows, columns), accumulate: true);
            digest.Add(output);
            RmsNormalization.WeightGradient(new(input, rows, columns), factors, new(gradient, rows, columns), weight);
            digest.Add(weight);
        }
    }
}
