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
/// The command <c>compressed-training</c>: the loss that ten seeds end with on what was not learned, of the digits and of a small GPT, by
/// codec of the state, beside what the seeds differ by.
/// </summary>
internal static class CompressedTrainingCommand
{
    private const int Seeds = 10;
    private const int Epochs = 20;
    private const int BatchSize = 64;

    // Student's t with 18 degrees of freedom: beyond it are 5 in 1,000, as 30 rows are looked at.
    private const double MostT = 3.2;

    private static readonly (string Name, Func<ParameterStore, StateCompression, Optimizer> Make)[] s_optimizers =
    [
        ("Adam", (store, state) => new Adam(store, new() { LearningRate = 0.003, StateCompression = state })),
        ("AdamW", (store, state) => new AdamW(store, new() { LearningRate = 0.003, StateCompression = state })),
        ("Lion", (store, state) => new Lion(store, new() { LearningRate = 0.001, StateCompression = state })),
        ("Momentum", (store, state) => new Momentum(store, new() { LearningRate = 0.03, StateCompression = state })),
        ("RmsProp", (store, state) => new RmsProp(store, new() { LearningRate = 0.001, StateCompression = state })),
    ];

    private static readonly (string Name, Func<Func<ParameterStore, Optimizer>, ulong, double> Loss)[] s_networks =
    [
        ("64-100-100-10", (make, seed) => Loss(new MultiLayerPerceptron([64, 100, 100, 10]), make, seed)),
        ("CNN", (make, seed) => Loss(new ConvolutionalNetwork(8, 8), make, seed)),
        ("GPT", SumsTraining.Loss),
    ];

    public static Command Create()
    {
        var only = new Option<string>("--only") { Description = "One network alone: 64-100-100-10, CNN or GPT" };
        var command = new Command("compressed-training", "Train the digits and a GPT with compressed state, ten seeds each") { only };
        command.SetAction(result => Run(result.GetValue(only)));
        return command;
    }

    private static int Run(string? only)
    {
        bool allMet = true;
        Console.WriteLine("| network | optimizer | float32: loss, deviation of the seeds | state | loss | difference | t | |");
        Console.WriteLine("|---|---|--:|---|--:|--:|--:|---|");
        foreach ((string network, Func<Func<ParameterStore, Optimizer>, ulong, double> train) in s_networks)
        {
            if (only is not null && !string.Equals(network, only, StringComparison.Ordinal))
                continue;
            foreach ((string name, Func<ParameterStore, StateCompression, Optimizer> make) in s_optimizers)
            {
                double[] plain = Losses(train, make, StateCodec.Float32);
                foreach (StateCodec codec in (StateCodec[])[StateCodec.BFloat16, StateCodec.Block8])
                {
                    double[] losses = Losses(train, make, codec);
                    double difference = losses.Average() - plain.Average();
                    double t = difference / Math.Sqrt((Variance(losses) + Variance(plain)) / Seeds);
                    bool met = Math.Abs(t) <= MostT;
                    allMet &= met;
                    string verdict = met ? "met" : "NOT MET";
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {network} | {name} | {plain.Average():0.0000}, {Math.Sqrt(Variance(plain)):0.0000} | {codec} "
                        + $"| {losses.Average():0.0000} | {difference:+0.0000;-0.0000} | {t:+0.00;-0.00} | {verdict} |"));
                }
            }
        }

        return allMet ? 0 : 1;
    }

    private static double[] Losses(
        Func<Func<ParameterStore, Optimizer>, ulong, double> train,
        Func<ParameterStore, StateCompression, Optimizer> make,
        StateCodec codec)
    {
        var compression = new StateCompression(codec) { LeastLength = 1 };
        return [.. Enumerable.Range(1, Seeds).Select(seed => train(store => make(store, compression), (ulong)seed))];
    }

    private static double Loss(DigitsNetwork network, Func<ParameterStore, Optimizer> make, ulong seed)
    {
        DataSplit data = DigitsFile.ReadSplit(1);
        var generator = new Philox(seed);
        network.Initialize(InitializerChoice.He, generator);
        Optimizer optimizer = make(network.Parameters);
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
