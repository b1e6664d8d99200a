using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Digits.Datasets;
using Digits.Training;
using Samples.Shared.Choices;
using TensorEngine.Benchmarks.Peers;
using TensorEngine.Optimizers;

namespace TensorEngine.Benchmarks.Networks;

/// <summary>
/// The command <c>which</c>: every optimizer learns to read digits with its rate tuned by the same budget. The rate is the one of a grid
/// with the best mean accuracy over the tuning seeds; what is reported are runs with other seeds, which draw other weights, batches and
/// test images. Results depend on no time and no thread.
/// </summary>
internal static class WhichCommand
{
    private const int TuningSeeds = 3;
    private const int ReportedSeeds = 5;

    // What comes within this of the best rate is nearly as good.
    private const double Near = 0.01;

    private static readonly double[] s_rates = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3];

    private static readonly JsonSerializerOptions s_format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    /// <summary>Those that a training loop can use in the place of any other, and some with modifiers.</summary>
    private static IEnumerable<OptimizerChoice> Choices =>
    [
        .. OptimizerChoice.All.Where(choice => choice.IsDropIn),
        Modified("AdamW, cautious", new() { Cautious = true }),
        Modified("AdamW, centralized gradients", new() { CentralizeGradients = true }),
        Modified("AdamW, clipped units", new() { UnitClipping = 0.01 }),
    ];

    public static Command Create()
    {
        var output = new Option<DirectoryInfo>("--output")
        {
            Description = "The folder for which.json, or which-transformer.json",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("out", "bench")),
        };
        var only = new Option<string>("--only") { Description = "Train only with optimizers whose title contains this text", DefaultValueFactory = _ => "" };
        var network = new Option<string>("--network")
        {
            Description = "What to train: digits or transformer",
            DefaultValueFactory = _ => "digits",
        };
        network.AcceptOnlyFromAmong("digits", "transformer");
        var add = new Option<bool>("--add") { Description = "Keep the other optimizers in an existing report of the transformer" };
        var command = new Command("which", "Train a network with every optimizer, each at the best of the same learning rates")
        {
            output, only, network, add,
        };
        command.SetAction(parsed =>
        {
            if (string.Equals(parsed.GetRequiredValue(network), "transformer", StringComparison.Ordinal))
                WhichOnTransformer.Run(parsed.GetRequiredValue(output), parsed.GetRequiredValue(only), parsed.GetValue(add));
            else
                Run(parsed.GetRequiredValue(output), parsed.GetRequiredValue(only));
        });
        return command;
    }

    private static void Run(DirectoryInfo output, string only)
    {
        OptimizerChoice[] choices = [.. Choices.Where(choice => choice.Title.Contains(only, StringComparison.OrdinalIgnoreCase))];
        var results = new Result[choices.Length];
        Parallel.For(0, choices.Length, i =>
        {
            results[i] = Tune(choices[i]);
            Console.WriteLine(results[i]);
        });
        var report = new Report(
            "dotnet run -c Release --project bench -- which",
            Machine.Describe(),
            s_rates,
            TuningSeeds,
            ReportedSeeds,
            results);
        output.Create();
        string path = Path.Combine(output.FullName, "which.json");
        File.WriteAllText(path, JsonSerializer.Serialize(report, s_format) + "\n");
        Console.WriteLine($"Written to {path}.");
    }

    private static Result Tune(OptimizerChoice choice)
    {
        double[] means = [.. s_rates.Select(rate => Accuracies(choice, rate, 1, TuningSeeds).Average())];
        int best = Array.IndexOf(means, means.Max());
        double[] tuned = Accuracies(choice, s_rates[best], TuningSeeds + 1, ReportedSeeds);
        double[] usual = Accuracies(choice, choice.Rate, TuningSeeds + 1, ReportedSeeds);
        double[] near = [.. s_rates.Where((_, i) => i != best && means[i] >= means[best] - Near)];
        return new(choice.Title, choice.Rate, Summary.Of(usual), s_rates[best], Summary.Of(tuned), near);
    }

    private static double[] Accuracies(OptimizerChoice choice, double rate, int firstSeed, int count) =>
    [
        .. Enumerable.Range(firstSeed, count).Select(seed =>
        {
            var settings = new TrainingSettings { Seed = (ulong)seed, Rate = rate };
            var trainer = new Trainer(DigitsFile.ReadSplit(settings.Seed), settings);
            try
            {
                return trainer.Train(new(choice.Title, choice, InitializerChoice.He), progress: null, CancellationToken.None).EpochAccuracies[^1];
            }
            catch (OverflowException)
            {
                // A rate so large that a step's constants leave the floats has learnt nothing.
                return 0;
            }
        }),
    ];

    private static OptimizerChoice Modified(string title, Optimizers.Stepping.UpdateModifiers modifiers) =>
        new(title, title, new(0, 0, 0), OptimizerFactory.Fused(
            new AdamWOptions { Modifiers = modifiers }, (p, o) => new AdamW(p, o), (o, d) => o with { WeightDecay = d }));

    /// <summary>The report, as it is written.</summary>
    private sealed record Report(
        string Command, IReadOnlyDictionary<string, string> Machine, double[] Rates, int TuningSeeds, int ReportedSeeds, Result[] Optimizers);

    /// <summary>What an optimizer reaches.</summary>
    private sealed record Result(string Name, double UsualRate, Summary Usual, double BestRate, Summary Best, double[] NearlyAsGood)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Name}: {Usual.Mean:.000} at {UsualRate}, {Best.Mean:.000} ± {Best.Deviation:.000} at {BestRate}");
    }

    /// <summary>The accuracies of several seeds: mean, standard deviation and the worst.</summary>
    private sealed record Summary(double Mean, double Deviation, double Worst)
    {
        public static Summary Of(double[] accuracies)
        {
            double mean = accuracies.Average();
            double variance = accuracies.Sum(one => (one - mean) * (one - mean)) / (accuracies.Length - 1);
            return new(Math.Round(mean, 4), Math.Round(Math.Sqrt(variance), 4), Math.Round(accuracies.Min(), 4));
        }
    }
}
