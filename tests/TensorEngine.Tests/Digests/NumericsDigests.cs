using TensorEngine.Numerics;
using TensorEngine.Numerics.Activations;
using TensorEngine.Numerics.Functions;
using TensorEngine.Tests.Numerics;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Digests;

/// <summary>Losses, activations, biases, sums and elementary functions.</summary>
public static class NumericsDigests
{
    private delegate void SpanFunction(ReadOnlySpan<float> input, Span<float> output, Workers? workers = null);

    private static readonly int[] s_lengths = [0, 1, 7, 16, 33, 127, 4096, 4097, 20_011];
    private static readonly (int Rows, int Columns)[] s_sizes = [(1, 1), (33, 17), (5, 1000), (7, 1), (128, 10), (4099, 3), (300, 65)];

    public static IEnumerable<DigestCase> Cases =>
    [
        DigestCase.Of("softmax with cross-entropy", SoftmaxAndCrossEntropy),
        DigestCase.Of("bias", AddBias),
        DigestCase.Of("column sums", ColumnSums),
        DigestCase.Of("sums and squared norms", SumsAndNorms),
        Function("Relu", -20, 20, Activation.Relu),
        DigestCase.Of("gradient of Relu", ReluGradient),
        .. ActivationCatalog.All.Select(Activations),
        Function("Exp", -20, 8, Elementary.Exp),
        Function("Log", -126, 127, Elementary.Log),
        Function("Sin", -30, 60, Elementary.Sin),
        Function("Cos", -30, 60, Elementary.Cos),
        Function("Tanh", -30, 6, Elementary.Tanh),
        Scalar("Exp", -30, 11, TensorEngine.Numerics.Functions.Scalar.Exp),
        Scalar("Log", -126, 127, x => TensorEngine.Numerics.Functions.Scalar.Log(Math.Abs(x))),
        Scalar("Log1p", -60, 0, TensorEngine.Numerics.Functions.Scalar.Log1p),
        Scalar("Sin", -30, 20, TensorEngine.Numerics.Functions.Scalar.Sin),
        Scalar("Cos", -30, 20, TensorEngine.Numerics.Functions.Scalar.Cos),
        Scalar("Power", -3, 3, x => TensorEngine.Numerics.Functions.Scalar.Power(Math.Abs(x), 17 * x)),
        Scalar("Power of whole exponent", -3, 3, x => x <= 0 ? 1 : TensorEngine.Numerics.Functions.Scalar.IntegerPower(x, (long)(40 * x))),
    ];

    /// <summary>Over numbers of many magnitudes and special ones, from one span to another and in place.</summary>
    private static DigestCase Function(string name, int fromPower, int toPower, SpanFunction function) =>
        DigestCase.Of($"elementwise, {name}", digest =>
        {
            var numbers = new Numbers(6);
            foreach (float[] input in s_lengths.Select(length => numbers.Floats(length, fromPower, toPower)).Append(FloatSamples.Special))
            {
                float[] output = new float[input.Length];
                function(input, output);
                digest.Add(output);
                input.CopyTo(output, 0);
                function(output, output);
                digest.Add(output);
            }
        });

    /// <summary>The function, its gradient, and the gradient added to what is there.</summary>
    private static DigestCase Activations(ActivationCase one) =>
        DigestCase.Of($"activation, {one.Recorded}", digest =>
        {
            var numbers = new Numbers(13);
            foreach (float[] input in s_lengths.Select(length => numbers.Floats(length, -20, 7)).Append(FloatSamples.Special))
            {
                float[] output = new float[input.Length], gradient = numbers.Floats(input.Length);
                one.Function(input, output);
                digest.Add(output);
                one.Gradient(input, gradient, output);
                digest.Add(output);
                one.Gradient(input, gradient, output, accumulate: true);
                digest.Add(output);
            }
        });

    private static DigestCase Scalar(string name, int fromPower, int toPower, Func<double, double> function) =>
        DigestCase.Of($"scalar, {name}", digest =>
        {
            var numbers = new Numbers(7);
            for (int i = 0; i < 5000; i++)
                digest.Add(function(numbers.Spread(fromPower, toPower) * (1 + 1e-9 * i)));
        });

    private static void SoftmaxAndCrossEntropy(Digest digest)
    {
        var numbers = new Numbers(8);
        foreach ((int rows, int columns) in s_sizes)
        {
            foreach (int toPower in new[] { -2, 3, 9 })
            {
                float[] logits = numbers.Floats(rows * columns, -12, toPower), gradient = new float[logits.Length];
                digest.Add(Softmax.CrossEntropy(
                    new(logits, rows, columns), numbers.Indices(rows, columns), new(gradient, rows, columns)));
                digest.Add(gradient);
            }
        }
    }

    private static void ReluGradient(Digest digest)
    {
        var numbers = new Numbers(9);
        foreach (int length in s_lengths)
        {
            float[] output = numbers.Floats(length), outputGradient = numbers.Floats(length), inputGradient = new float[length];
            Activation.Relu(output, output);
            Activation.ReluGradient(output, outputGradient, inputGradient);
            digest.Add(inputGradient);
            Activation.ReluGradient(output, outputGradient, outputGradient);
            digest.Add(outputGradient);
        }
    }

    private static void AddBias(Digest digest)
    {
        var numbers = new Numbers(10);
        foreach ((int rows, int columns) in s_sizes)
        {
            float[] matrix = numbers.Floats(rows * columns);
            Bias.Add(new(matrix, rows, columns), numbers.Floats(columns), new(matrix, rows, columns));
            digest.Add(matrix);
        }
    }

    private static void ColumnSums(Digest digest)
    {
        var numbers = new Numbers(11);
        foreach ((int rows, int columns) in s_sizes)
        {
            float[] sums = new float[columns];
            Reduction.ColumnSums(new(numbers.Floats(rows * columns, -20, 5), rows, columns), sums);
            digest.Add(sums);
        }
    }

    private static void SumsAndNorms(Digest digest)
    {
        var numbers = new Numbers(12);
        using var workers = new Workers(3) { ShareAll = true };
        foreach (int length in s_lengths.Append(100_001))
        {
            float[] values = numbers.Floats(length, -40, 20);
            digest.Add([Reduction.Sum(values), Reduction.SquaredNorm(values)]);
            digest.Add([Reduction.Sum(values, workers), Reduction.SquaredNorm(values, workers)]);
        }
    }
}
