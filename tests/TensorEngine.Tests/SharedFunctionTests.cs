using NUnit.Framework;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Lanes;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Activations;
using TensorEngine.Numerics.Functions;
using TensorEngine.Numerics.Products;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests;

/// <summary>
/// What threads share, function by function: the bits are those of one thread. Steps and averages are in SharedStepTests, activations,
/// losses, normalizations, convolutions and poolings in tests of their own.
/// </summary>
[CancelAfter(60_000)]
public sealed class SharedFunctionTests
{
    private const int Rows = 70;
    private const int Columns = 100;
    private const int Length = Rows * Columns;

    private static readonly float[] s_input = Samples(1);
    private static readonly float[] s_other = Samples(2);
    private static readonly float[] s_third = Samples(3);
    private static readonly int[] s_labels = [.. Enumerable.Range(0, Rows).Select(row => row * 7 % Columns)];

    private static readonly Dictionary<string, Action<float[], Workers?>> s_functions = new(StringComparer.Ordinal)
    {
        ["exp"] = (output, workers) => Elementary.Exp(s_input, output, workers),
        ["log"] = (output, workers) => Elementary.Log(s_input, output, workers),
        ["sin"] = (output, workers) => Elementary.Sin(s_input, output, workers),
        ["cos"] = (output, workers) => Elementary.Cos(s_input, output, workers),
        ["tanh"] = (output, workers) => Elementary.Tanh(s_input, output, workers),
        ["a map of one"] = (output, workers) => Map.Run(new Halved(), s_input, output, workers),
        ["a map of two"] = (output, workers) => Map.Run(new Halved(), s_input, s_other, output, workers),
        ["a map of three"] = (output, workers) => Map.Run(new Halved(), s_input, s_other, s_third, output, workers),
        ["a fill"] = (output, workers) => ElementLoop.Fill(output, 0.3f, workers),
        ["a sum with a factor"] = (output, workers) => Combine.AddScaled(output, 0.3, s_input, workers),
        ["an interpolation"] = (output, workers) => Combine.Interpolate(s_input, s_other, 0.3, output, workers),
        ["a bias"] = (output, workers) => Bias.Add(Matrix(s_input), s_other.AsSpan(0, Columns), new(output, Rows, Columns), workers),
        ["column sums"] = (output, workers) => Reduction.ColumnSums(Matrix(s_input), output.AsSpan(0, Columns), workers: workers),
        ["extremes"] = (output, workers) =>
        {
            (output[0], output[1]) = (Reduction.Min(s_input, workers), Reduction.Max(s_input, workers));
            (output[2], output[3]) = (LargestMagnitude.Of(s_input, workers), (float)PowerSum.Of(s_input, 3, 100, workers));
        },
        ["softmax"] = (output, workers) => Softmax.Probabilities(Matrix(s_input), new(output, Rows, Columns), workers),
        ["its logarithm"] = (output, workers) => Softmax.LogProbabilities(Matrix(s_input), new(output, Rows, Columns), workers),
        ["cross-entropy"] = (output, workers) => Softmax.CrossEntropy(Matrix(s_input), s_labels, new(output, Rows, Columns), workers),
        ["a product"] = (output, workers) =>
            MatrixProduct.Multiply(Matrix(s_input), Matrix(s_other).Transposed, new(output.AsSpan(0, Rows * Rows), Rows, Rows), workers),
        ["a vector along the sums"] = (output, workers) => MatrixProduct.Multiply(
            Matrix(s_input), new(s_other.AsSpan(0, Columns), Columns, 1), new(output.AsSpan(0, Rows), Rows, 1), workers),
        ["uniform draws"] = (output, workers) => new Philox(1) { Workers = workers }.Uniform(output),
        ["normal draws"] = (output, workers) => new Philox(1) { Workers = workers }.Normal(output),
        ["truncated draws"] = (output, workers) => Initialize.TruncatedNormal(output, new Philox(1) { Workers = workers }),
    };

    private static IEnumerable<string> Functions => s_functions.Keys;

    [TestCaseSource(nameof(Functions))]
    public void AFunctionHasTheSameBitsWithAnyNumberOfThreads(string name)
    {
        float[] expected = Computed(null);
        Assert.That(expected, Is.Not.EqualTo(s_third), "nothing was computed");
        foreach (int threads in (int[])[1, 2, 3, 8, 16])
        {
            using var workers = new Workers(threads) { ShareAll = true };
            Bits.AssertSame(Computed(workers), expected, $"{name}, {threads} threads");
        }

        float[] Computed(Workers? workers)
        {
            float[] output = [.. s_third];
            s_functions[name](output, workers);
            return output;
        }
    }

    private static ReadOnlyMatrixSpan Matrix(float[] elements) => new(elements, Rows, Columns);

    private static float[] Samples(int seed)
    {
        float[] samples = new float[Length];
        new Philox((ulong)seed).Normal(samples, standardDeviation: 3);
        return samples;
    }

    private readonly struct Halved : IUnaryFunction, IBinaryFunction, ITernaryFunction
    {
        public TFloat Apply<TFloat>(TFloat value)
            where TFloat : struct, IFloatLane<TFloat> => value * TFloat.Splat(0.5f);

        public TFloat Apply<TFloat>(TFloat first, TFloat second)
            where TFloat : struct, IFloatLane<TFloat> => first * TFloat.Splat(0.5f) + second;

        public TFloat Apply<TFloat>(TFloat first, TFloat second, TFloat third)
            where TFloat : struct, IFloatLane<TFloat> => TFloat.FusedMultiplyAdd(first, second, third);
    }
}
