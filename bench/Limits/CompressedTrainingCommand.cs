using System.CommandLine;
using System.Globalization;
using Digits.Datasets;
using Digits.Training;
using Samples.Shared.Choices;
using TensorEngine.Autograd.Data;
using TensorEngine.Compression;
using TensorEngine.Generators;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>
/// The command <c>compressed-training</c>: the loss on the digits' test images that ten seeds end with, by codec of the state, beside what
/// the seeds differ by.
/// </summary>
internal static class CompressedTrainingCommand
{
    private const int Seeds = 10;
    private const int Epochs = 20;
    private const int BatchSize = 64;

    // Student's t with 18 degrees of freedom: beyond it are 5 in 1,000, as 20 rows are looked at.
    private const double MostT = 3.2;

    private static readonly (string Name, Func<ParameterStore, StateCompression, Optimizer> Make)[] s_optimizers =
    [
        ("Adam", (store, state) => new Adam(store, new() { LearningRate = 0.003, StateCompression = state })),
        ("AdamW", (store, state) => new AdamW(store, new() { LearningRate = 0.003, StateCompression = state })),
        ("Lion", (store, state) => new Lion(store, new() { LearningRate = 0.001, StateCompression = state })),
        ("Momentum", (store, state) => new Momentum(store, new() { LearningRate = 0.03, StateCompression = state })),
        ("RmsProp", (store, state) => new RmsProp(store, new() { LearningRate = 0.001, StateCompression = state })),
    ];

    public static Command Create()
    {
        var command = new Command("compressed-training", "Train on the digits with compressed state, ten seeds each");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        bool allMet = true;
        Console.WriteLine("| network | optimizer | float32: loss, deviation of the seeds | state | loss | difference | t | |");
        Console.WriteLine("|---|---|--:|---|--:|--:|--:|---|");
        foreach (bool isConvolutional in (bool[])[false, true])
        {
            foreach ((string name, Func<ParameterStore, StateCompression, Optimizer> make) in s_optimizers)
            {
                double[] plain = Losses(isConvolutional, make, StateCodec.Float32);
                foreach (StateCodec codec in (StateCodec[])[StateCodec.BFloat16, StateCodec.Block8])
                {
                    double[] losses = Losses(isConvolutional, make, codec);
                    double difference = losses.Average() - plain.Average();
                    double t = difference / Math.Sqrt((Variance(losses) + Variance(plain)) / Seeds);
                    bool met = Math.Abs(t) <= MostT;
                    allMet &= met;
                    string network = isConvolutional ? "CNN" : "64-100-100-10", verdict = met ? "met" : "NOT MET";
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {network} | {name} | {plain.Average():0.0000}, {Math.Sqrt(Variance(plain)):0.0000} | {codec} "
                        + $"| {losses.Average():0.0000} | {difference:+0.0000;-0.0000} | {t:+0.00;-0.00} | {verdict} |"));
                }
            }
        }

        return allMet ? 0 : 1;
    }

    private static double[] Losses(bool isConvolutional, Func<ParameterStore, StateCompression, Optimizer> make, StateCodec codec) =>
        [.. Enumerable.Range(1, Seeds).Select(seed => Loss(isConvolutional, make, codec, (ulong)seed))];

    private static double Loss(
        bool isConvolutional, Func<ParameterStore, StateCompression, Optimizer> make, StateCodec codec, ulong seed)
    {
        DataSplit data = DigitsFile.ReadSplit(1);
        DigitsNetwork network = isConvolutional ? new ConvolutionalNetwork(8, 8) : new MultiLayerPerceptron([64, 100, 100, 10]);
        var generator = new Philox(seed);
        network.Initialize(InitializerChoice.He, generator);
        Optimizer optimizer = make(network.Parameters, new StateCompression(codec) { LeastLength = 1 });
        var batches = new MiniBatches(data.Training.Count, BatchSize, generator, dropLast: true);
        while (!(batches.Epoch == Epochs && batches.IsEpochEnd))
        {
            LabelledImages batch = data.Training.Select(batches.Next());
            network.FindGradients(batch.Pixels, batch.Labels);
            optimizer.Step();
        }

        return network.FindGradients(data.Test.Pixels, data.Test.Labels);
    }

    private static double Variance(double[] values)
    {
        double mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
    }
}
