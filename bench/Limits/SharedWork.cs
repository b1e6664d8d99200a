using TensorEngine.Averages;
using TensorEngine.Benchmarks.Products;
using TensorEngine.Benchmarks.Workloads;
using TensorEngine.Generators;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Activations;
using TensorEngine.Numerics.Functions;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>Work that threads share, as often as it is made with memory of its own.</summary>
/// <param name="Name">What it is.</param>
/// <param name="AtMost">The ratio that two threads are to reach beside one; null where memory is the bound.</param>
/// <param name="Make">Makes it, for some threads or for the calling one alone.</param>
internal sealed record SharedWork(string Name, double? AtMost, Func<Workers?, Action> Make)
{
    private const double NoSlower = 1.05;
    private const double InCaches = 1 / 1.6;

    /// <summary>What a training loop calls.</summary>
    public static IEnumerable<SharedWork> All()
    {
        foreach (int side in (int[])[64, 128, 256, 512])
            yield return new($"product {side}", side < 128 ? NoSlower : .62, workers => Product(side, workers));
        foreach (int kilo in (int[])[1, 4, 16, 64, 128, 256, 512, 1024])
            yield return new($"Adam, {Size(kilo)}", kilo < 64 ? NoSlower : kilo == 64 ? .65 : .58, workers => Step(kilo << 10, workers));
        yield return new("step 64-100-100-10, batch 128", .85, workers => new NetworkShape(128, 64, 100, 100, 10).MakeStep(workers));
        yield return new("step 784-512-512-10, batch 128", .53, workers => new NetworkShape(128, 784, 512, 512, 10).MakeStep(workers));
        foreach (int kilo in (int[])[16, 256, 1024])
        {
            foreach (SharedWork work in OverElements(kilo))
                yield return work;
        }
    }

    private static IEnumerable<SharedWork> OverElements(int kilo)
    {
        int length = kilo << 10;
        double atMost = kilo < 256 ? NoSlower : InCaches;
        yield return new($"softmax, {Size(kilo)} in rows of 256", atMost, workers => Probabilities(length, 256, workers));
        yield return OnArrays("ReLU", (input, output, workers) => Activation.Relu(input, output, workers));
        yield return OnArrays("tanh", (input, output, workers) => Elementary.Tanh(input, output, workers));
        yield return OnArrays("squared norm", (input, _, workers) => Reduction.SquaredNorm(input, workers));
        yield return new($"bias, {Size(kilo)}", atMost, workers => AddBias(length, 256, workers));
        yield return new($"normal fill, {Size(kilo)}", atMost, workers => Fill(length, workers));
        yield return new($"average, {Size(kilo)}", atMost, workers => Average(length, workers));

        SharedWork OnArrays(string name, Action<float[], float[], Workers?> work) => new($"{name}, {Size(kilo)}", atMost, workers =>
        {
            float[] input = new float[length], output = new float[length];
            new Philox(seed: 1).Normal(input);
            return () => work(input, output, workers);
        });
    }

    /// <summary>A number of elements as text.</summary>
    public static string Size(int kilo) => kilo >= 1024 ? $"{kilo >> 10} M elements" : $"{kilo} K elements";

    /// <summary>An optimizer over one parameter.</summary>
    public static Adam Optimizer(int length)
    {
        ParameterStore store = Store(length);
        using var buffers = new StepBuffers(length);
        buffers.Values.CopyTo(store.Values);
        buffers.Gradients.CopyTo(store.Gradients);
        return new Adam(store);
    }

    private static Action Step(int length, Workers? workers)
    {
        Adam adam = Optimizer(length);
        adam.Workers = workers;
        return () => adam.Step();
    }

    private static Action Product(int side, Workers? workers)
    {
        var product = new ProductCase(Layout.Plain, side, side, side);
        Samples.Shared.Timing.TimedWork ours = product.Ours(workers);
        return () => ours(1);
    }

    private static Action AddBias(int length, int columns, Workers? workers)
    {
        float[] matrix = new float[length], bias = new float[columns];
        return () =>
        {
            var rows = new MatrixSpan(matrix, length / columns, columns);
            Bias.Add(rows, bias, rows, workers);
        };
    }

    private static Action Probabilities(int length, int classes, Workers? workers)
    {
        float[] logits = new float[length], output = new float[length];
        new Philox(seed: 1).Normal(logits);
        return () => Softmax.Probabilities(
            new ReadOnlyMatrixSpan(logits, length / classes, classes), new MatrixSpan(output, length / classes, classes), workers);
    }

    private static Action Fill(int length, Workers? workers)
    {
        float[] values = new float[length];
        var generator = new Philox(seed: 1) { Workers = workers };
        return () =>
        {
            generator.Position = 0;
            generator.Normal(values);
        };
    }

    private static Action Average(int length, Workers? workers)
    {
        var average = new ExponentialMovingAverage(Store(length)) { Workers = workers };
        return average.Update;
    }

    private static ParameterStore Store(int length)
    {
        var store = new ParameterStore();
        store.Add("weight", [length]);
        store.Freeze();
        return store;
    }
}
