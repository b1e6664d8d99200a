using System.Globalization;
using Samples.Shared.Timing;
using TensorEngine.Benchmarks.Limits;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Activations;
using TensorEngine.Numerics.Functions;

namespace TensorEngine.Benchmarks.Tool.Kernels;

/// <summary>Functions, reductions, losses, averages and fills, by one thread.</summary>
internal static class FunctionKernels
{
    private const string Group = "functions";

    // Of the work that threads share, what one element takes.
    private static readonly (string Name, int Bytes, Func<int> Operations)[] s_shared =
    [
        ("softmax, ", 8, () => 0),
        ("ReLU, ", 8, () => 1),
        ("tanh, ", 8, () => FunctionOperations.PerElement("Tanh")),
        ("squared norm, ", 4, () => 2),
        ("bias, ", 8, () => 1),
        ("normal fill, ", 4, () => 0),
        ("average, ", 12, () => 3),
    ];

    public static IEnumerable<Kernel> All() => [.. OfSpans(), .. Shared(), .. Losses(), .. Fills()];

    private static IEnumerable<Kernel> OfSpans()
    {
        foreach (FunctionWork function in FunctionWork.All)
        {
            yield return new($"{function.Name}, {OptimizerKernels.Size(Kernel.InCaches)}", Group, scope =>
            {
                (float[] left, float[] right, float[] output) = (Normal(Kernel.InCaches), Normal(Kernel.InCaches), new float[Kernel.InCaches]);
                return AlternatingPairs.Timed(() => function.TensorEngine(left, right, output));
            })
            {
                Elements = Kernel.InCaches,
                Bytes = (double)function.BytesPerElement * Kernel.InCaches,
                Operations = (double)FunctionOperations.PerElement(function.Name) * Kernel.InCaches,
            };
        }

        foreach (int length in (int[])[Kernel.InCaches, Kernel.PastCaches])
        {
            yield return OfBuffers("Log", length, 8, FunctionOperations.PerElement("Log"), x => Elementary.Log(x.State1, x.State0));
            yield return OfBuffers("ReLU with its gradient", length, 20, 2, x =>
            {
                Activation.Relu(x.Values, x.State0);
                Activation.ReluGradient(x.Values, x.State0, x.State0);
            });
        }

        yield return OfBuffers("Norm", Kernel.PastCaches, 4, 2, x => Reduction.Norm(x.Values));
        yield return OfBuffers("Exp", Kernel.PastCaches, 8, FunctionOperations.PerElement("Exp"), x => Elementary.Exp(x.Values, x.State0));
    }

    private static IEnumerable<Kernel> Shared() =>
        from kilo in (int[])[16, 1024]
        from shared in s_shared
        let name = shared.Name + SharedWork.Size(kilo)
        let work = SharedWork.All().First(work => work.Name.StartsWith(name, StringComparison.Ordinal))
        select new Kernel(work.Name, Group, scope => AlternatingPairs.Timed(work.Make(null)))
        {
            Elements = kilo << 10,
            Bytes = (double)shared.Bytes * (kilo << 10),
            Operations = (double)shared.Operations() * (kilo << 10),
        };

    private static IEnumerable<Kernel> Losses()
    {
        foreach ((int rows, int classes) in ((int, int)[])[(128, 10), (64, 256), (16, 1024)])
        {
            int length = rows * classes;
            string name = string.Create(CultureInfo.InvariantCulture, $"softmax with cross-entropy and its gradient, {rows} x {classes}");
            yield return new(name, Group, scope =>
            {
                (float[] logits, float[] gradient) = (Normal(length), new float[length]);
                int[] labels = [.. Enumerable.Range(0, rows).Select(row => row % classes)];
                return AlternatingPairs.Timed(() => Softmax.CrossEntropy(
                    new ReadOnlyMatrixSpan(logits, rows, classes), labels, new MatrixSpan(gradient, rows, classes)));
            })
            {
                Elements = length,
                Bytes = 8.0 * length,
            };
        }
    }

    private static IEnumerable<Kernel> Fills()
    {
        yield return Fill("Philox, uniform", () => new Philox(1), (generator, values) => generator.Uniform(values));
        yield return Fill("Philox, truncated normal", () => new Philox(1), (generator, values) => Initialize.TruncatedNormal(values, generator));
        yield return Fill("PyTorch's stream, uniform", () => new TorchGenerator(1), (generator, values) => generator.Uniform(values));
        yield return Fill("PyTorch's stream, normal", () => new TorchGenerator(1), (generator, values) => generator.Normal(values));
        yield return Fill("NumPy's stream, uniform", () => new NumPyRandomState(1), (generator, values) => generator.Uniform(values));
        yield return Fill("NumPy's stream, normal", () => new NumPyRandomState(1), (generator, values) => generator.Normal(values));
    }

    private static Kernel Fill<TGenerator>(string name, Func<TGenerator> make, Action<TGenerator, float[]> fill) =>
        new($"{name}, {OptimizerKernels.Size(Kernel.InCaches)}", "fills", scope =>
        {
            TGenerator generator = make();
            float[] values = new float[Kernel.InCaches];
            return AlternatingPairs.Timed(() => fill(generator, values));
        })
        {
            Elements = Kernel.InCaches,
            Bytes = sizeof(float) * (double)Kernel.InCaches,
        };

    private static Kernel OfBuffers(string name, int length, int bytes, int operations, Action<StepBuffers> work) =>
        new($"{name}, {OptimizerKernels.Size(length)}", Group, scope =>
        {
            StepBuffers buffers = scope.Buffers(length);
            return AlternatingPairs.Timed(() => work(buffers));
        })
        {
            Elements = length,
            Bytes = (double)bytes * length,
            Operations = (double)operations * length,
        };

    private static float[] Normal(int length)
    {
        float[] values = new float[length];
        new Philox(seed: 1).Normal(values);
        return values;
    }
}
