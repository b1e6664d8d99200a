using System.Globalization;
using System.Text.Json;
using Samples.Shared.Choices;
using TensorEngine.Benchmarks.Peers;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Benchmarks.Networks;

/// <summary>
/// The command <c>which --network transformer</c>: what is meant for transformers, and what they are compared with, learns to add, each
/// with the same number of trials for its rate. A search starts at the usual rate and goes on to the neighbour of the best one so far.
/// What is reported are runs with other seeds. Results depend on no time and no thread.
/// </summary>
internal static class WhichOnTransformer
{
    private const int Trials = 4;
    private const int TuningSeed = 1;
    private const int ReportedSeeds = 3;

    private static readonly double[] s_rates = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10];

    private static readonly JsonSerializerOptions s_format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    // What papers have trained transformers with, SGD to compare with, and what has no rate to choose.
    private static readonly string[] s_titles =
    [
        "AdamW", "Nesterov", "Lion", "Signum", "Adan", "AdEMAMix", "Simplified AdEMAMix", "ADOPT", "LaProp", "Yogi", "StableAdamW", "NovoGrad",
        "MARS", "Prodigy", "D-Adapt Adam", "DoG", "LAMB", "Adafactor", "SOAP",
    ];

    private static IEnumerable<Choice> Choices =>
    [
        .. s_titles.Select(title => OptimizerChoice.All.First(choice => string.Equals(choice.Title, title, StringComparison.Ordinal)))
            .Select(choice => new Choice(choice.Title, choice.Rate, (store, rate) => choice.Create(store, rate))),
        new("AdamW, cautious", 1e-3, (store, rate) => new AdamW(
            store, new() { LearningRate = rate, Modifiers = new() { Cautious = true } })),
        new("Muon inside, AdamW on the rest", 1e-3, (store, rate) => new CombinedOptimizer(
            new Muon(
                store.Where(IsInside), new() { LearningRate = rate, RateAdjustment = MuonRateAdjustment.MatchRmsAdamW, WeightDecay = 0.01 }),
            new AdamW(store.Where(parameter => !IsInside(parameter)), new() { LearningRate = rate }))),
    ];

    /// <summary>Runs the command.</summary>
    /// <param name="output">The folder of which-transformer.json.</param>
    /// <param name="only">The title of an optimizer, or part of some titles.</param>
    /// <param name="adds">Whether to keep what the report there has of others.</param>
    public static void Run(DirectoryInfo output, string only, bool adds)
    {
        output.Create();
        string path = Path.Combine(output.FullName, "which-transformer.json");
        List<Result> results = adds && File.Exists(path)
            ? [.. JsonSerializer.Deserialize<Report>(File.ReadAllText(path), s_format)!.Optimizers]
            : [];
        Choice[] choices = [.. Choices];
        IEnumerable<Choice> chosen = choices.Where(choice => string.Equals(choice.Title, only, StringComparison.OrdinalIgnoreCase));
        if (!chosen.Any())
            chosen = choices.Where(choice => choice.Title.Contains(only, StringComparison.OrdinalIgnoreCase));
        var written = new Lock();
        var threads = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(chosen, threads, choice =>
        {
            Result result = Tune(choice);
            lock (written)
            {
                Console.WriteLine(result);
                results.RemoveAll(other => string.Equals(other.Name, choice.Title, StringComparison.Ordinal));
                results.Add(result);
                int Place(Result other) => Array.FindIndex(choices, one => string.Equals(one.Title, other.Name, StringComparison.Ordinal));
                Write(path, [.. results.OrderBy(Place)]);
            }
        });
        Console.WriteLine($"Written to {path}.");
    }

    private static void Write(string path, Result[] results)
    {
        var report = new Report(
            "dotnet run -c Release --project bench -- which --network transformer",
            Machine.Describe(),
            TransformerRun.Steps,
            TransformerRun.Batch,
            Trials,
            ReportedSeeds,
            results);
        File.WriteAllText(path, JsonSerializer.Serialize(report, s_format) + "\n");
    }

    private static Result Tune(Choice choice)
    {
        int best = s_rates.Index().MinBy(one => Math.Abs(Math.Log(one.Item / choice.UsualRate))).Index;
        var losses = new SortedDictionary<int, double>();
        for (int next = best; losses.Count < Trials; next = NextTo(best, losses))
        {
            losses[next] = TransformerRun.Train(choice.Make, s_rates[next], TuningSeed, judges: false).Loss;
            best = losses.MinBy(one => one.Value).Key;
        }

        TransformerRun.Outcome[] reported =
        [
            .. Enumerable.Range(TuningSeed + 1, ReportedSeeds)
                .Select(seed => TransformerRun.Train(choice.Make, s_rates[best], seed, judges: true)),
        ];
        return new(
            choice.Title,
            s_rates[best],
            [.. losses.Select(one => new Trial(s_rates[one.Key], Math.Round(one.Value, 4)))],
            Math.Round(reported.Average(one => one.Loss), 4),
            Math.Round(reported.Max(one => one.Loss), 4),
            Math.Round(reported.Average(one => one.Share), 4),
            Math.Round(reported.Min(one => one.Share), 4));
    }

    // The rate not yet tried that is nearest to the best one; of two the larger.
    private static int NextTo(int best, SortedDictionary<int, double> tried) => Enumerable.Range(0, s_rates.Length)
        .Where(i => !tried.ContainsKey(i)).MinBy(i => 2 * Math.Abs(i - best) - (i > best ? 1 : 0));

    private static bool IsInside(Parameter parameter) =>
        parameter.Shape.Rank == 2 && parameter.Name.StartsWith("blocks", StringComparison.Ordinal);

    /// <summary>An optimizer, or several that share a model.</summary>
    private sealed record Choice(string Title, double UsualRate, Func<ParameterStore, double, Optimizer> Make);

    /// <summary>The report, as it is written.</summary>
    private sealed record Report(
        string Command,
        IReadOnlyDictionary<string, string> Machine,
        int Steps,
        int Batch,
        int Trials,
        int ReportedSeeds,
        Result[] Optimizers);

    /// <summary>A rate and the loss that it led to.</summary>
    private sealed record Trial(double Rate, double Loss);

    /// <summary>What an optimizer reaches at the best rate: the mean and the worst of the reported seeds.</summary>
    private sealed record Result(
        string Name, double BestRate, Trial[] Trials, double Loss, double WorstLoss, double Share, double WorstShare)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Name}: loss {Loss:.000} (at most {WorstLoss:.000}), {Share:.000} right at {BestRate}; {string.Join(", ", Trials.Select(one => one.ToString()))}");
    }
}
