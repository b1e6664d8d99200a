using System.CommandLine;
using System.Globalization;
using TensorEngine.Generators;

namespace TensorEngine.Benchmarks.Limits;

/// <summary>The command <c>tails</c>: how many of 10^9 normal draws lie beyond 3 to 6 deviations, and how many should.</summary>
internal static class TailsCommand
{
    private const int Chunk = 1 << 20;
    private const double Errors = 4.9;

    // The probability of a normal draw beyond so many deviations, on either side (Abramowitz and Stegun, table 26.2).
    private static readonly (float Beyond, double Probability)[] s_tails =
    [
        (3, 2.699796063260189e-3),
        (4, 6.334248366623986e-5),
        (4.5f, 6.795346249460118e-6),
        (5, 5.733031437583892e-7),
        (5.5f, 3.797912493177489e-8),
        (6, 1.973175290075396e-9),
    ];

    public static Command Create()
    {
        var draws = new Option<long>("--draws")
        {
            Description = "The number of draws of each generator",
            DefaultValueFactory = _ => 1_000_000_000,
        };
        var command = new Command("tails", "Compare the number of normal draws far from the mean with the exact probabilities") { draws };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(draws)));
        return command;
    }

    private static int Run(long draws)
    {
        bool allMet = true;
        Console.WriteLine($"| generator | draws | beyond | counted | expected | standard errors | |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|---|");
        (string Name, Generator Generator)[] generators =
        [
            ("Philox", new Philox(1)),
            ("TorchGenerator", new TorchGenerator(1)),
            ("NumPyRandomState", new NumPyRandomState(1)),
        ];
        foreach ((string name, Generator generator) in generators)
        {
            long[] counts = Count(generator, ref draws);
            for (int i = 0; i < s_tails.Length; i++)
            {
                // What is not counted exactly: a Poisson number. Few are expected beyond 6, so the limit is that many, too.
                double expected = draws * s_tails[i].Probability;
                double errors = (counts[i] - expected) / Math.Sqrt(expected);
                bool met = Math.Abs(errors) <= Errors;
                allMet &= met;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {draws} | {s_tails[i].Beyond} | {counts[i]} | {expected:0.0} | {errors:+0.00;-0.00} | {(met ? "met" : "NOT MET")} |"));
            }
        }

        return allMet ? 0 : 1;
    }

    private static long[] Count(Generator generator, ref long draws)
    {
        float[] chunk = new float[Chunk];
        long[] counts = new long[s_tails.Length];
        long chunks = (draws + Chunk - 1) / Chunk;
        draws = chunks * Chunk;
        for (long i = 0; i < chunks; i++)
        {
            generator.Normal(chunk);
            foreach (float draw in chunk)
            {
                float magnitude = Math.Abs(draw);
                for (int tail = 0; tail < s_tails.Length && magnitude > s_tails[tail].Beyond; tail++)
                    counts[tail]++;
            }
        }

        return counts;
    }
}
