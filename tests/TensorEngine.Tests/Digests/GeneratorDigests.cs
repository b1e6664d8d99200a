using TensorEngine.Generators;

namespace TensorEngine.Tests.Digests;

/// <summary>Every kind of draw of every generator, and the state that the draws leave.</summary>
public static class GeneratorDigests
{
    /// <summary>Shorter and longer than the blocks that generators draw in; together an odd number.</summary>
    private static readonly int[] s_lengths = [1, 3, 15, 16, 17, 0, 40, 1003];

    private static readonly double[] s_probabilities = [0.1, 0.25, 0, 0.5, 0.125, 0.025];

    private static readonly (string Name, Func<Generator> Make)[] s_generators =
    [
        ("Philox", () => new Philox(1)),
        ("Philox, stream", () => new Philox(0x9E37_79B9_7F4A_7C15, stream: 5)),
        ("Philox, name", () => Philox.ForName(7, "layer1.weight")),
        ("Philox, position", () => new Philox(7) { Position = (1L << 33) + 5 }),
        ("TorchGenerator", () => new TorchGenerator(1)),
        ("TorchGenerator, wide seed", () => new TorchGenerator(0x1_2345_6789)),
        ("TorchGenerator, one word", () => new TorchGenerator(1) { OneWordIntegers = true }),
        ("NumPyRandomState", () => new NumPyRandomState(7)),
        ("NumPyRandomState, seeds", () => new NumPyRandomState([1, 2, 3])),
    ];

    private static readonly (string Name, Action<Generator, Digest> Draw)[] s_draws =
    [
        ("uniform", Floats((generator, values) => generator.Uniform(values))),
        ("uniform in a range", Floats((generator, values) => generator.Uniform(values, -3, 0.7))),
        ("normal", Floats((generator, values) => generator.Normal(values))),
        ("normal, mean and deviation", Floats((generator, values) => generator.Normal(values, 2, 0.3))),
        ("truncated normal", Floats((generator, values) => generator.TruncatedNormal(values))),
        ("truncated normal, tail", Floats((generator, values) => generator.TruncatedNormal(values, 0.5, 2, 5, 9))),
        ("truncated normal, wide", Floats((generator, values) => generator.TruncatedNormal(values, 1, 0.1, -4, 4))),
        ("integers", Integers((generator, values) => generator.Integers(values, -3, 10))),
        ("integers, many", Integers((generator, values) => generator.Integers(values, int.MinValue, int.MaxValue))),
        ("integers, two thirds of all", Integers((generator, values) => generator.Integers(values, -1_500_000_000, 1_400_000_000))),
        ("below", Integers((generator, values) =>
        {
            foreach (ref int value in values.AsSpan())
                value = generator.Below(1_000_003);
        })),
        ("permutation", Integers((generator, values) => generator.Permutation(values))),
        ("shuffle", Integers((generator, values) =>
        {
            foreach (ref int value in values.AsSpan())
                value = values.Length * (1 + value);
            values.AsSpan(0, values.Length / 2).Fill(7);
            generator.Shuffle(values.AsSpan());
        })),
    ];

    public static IEnumerable<DigestCase> Cases =>
    [
        .. from generator in s_generators
           from draw in s_draws
           select Of($"{generator.Name}: {draw.Name}", generator.Make, draw.Draw),
        .. s_generators.Select(generator => Of($"{generator.Name}: all in turn", generator.Make, DrawInTurn)),
        DigestCase.Of("Philox: shared", DrawShared),
        .. TorchCases("TorchGenerator", oneWord: false),
        .. TorchCases("TorchGenerator, one word", oneWord: true),
        NumPy("long integers", LongIntegers((state, values, low, high) => state.Integers(values, low, high))),
        NumPy("doubles", Doubles((state, values) => state.RandomSample(values))),
        NumPy("normal doubles", Doubles((state, values) => state.StandardNormal(values))),
        NumPy("one at a time", Doubles((state, values) =>
        {
            foreach (ref double value in values.AsSpan())
                value = state.NextDouble() + 8 * state.NextNormal();
        })),
        NumPy("choice", Choices((state, values) => state.Choice(values, 1000))),
        NumPy("choice without replacement", Choices((state, values) => state.Choice(values, 2000, replace: false))),
        NumPy("choice by probabilities", Choices((state, values) => state.Choice(values, s_probabilities))),
        NumPy("choice by probabilities without replacement", Choices((state, values) =>
            state.Choice(values.AsSpan(0, Math.Min(4, values.Length)), s_probabilities, replace: false))),
    ];

    private static DigestCase Of(string name, Func<Generator> make, Action<Generator, Digest> draw) => DigestCase.Of(name, digest =>
    {
        Generator generator = make();
        draw(generator, digest);
        digest.Add(generator.SaveState().Words);
    });

    private static IEnumerable<DigestCase> TorchCases(string name, bool oneWord)
    {
        yield return DigestCase.Of($"{name}: long integers", digest => LongIntegers<TorchGenerator>((generator, values, low, high) =>
            generator.Integers(values, low, high))(new TorchGenerator(1) { OneWordIntegers = oneWord }, digest));
    }

    private static DigestCase NumPy(string name, Action<NumPyRandomState, Digest> draw) =>
        Of($"NumPyRandomState: {name}", () => new NumPyRandomState(7), (generator, digest) => draw((NumPyRandomState)generator, digest));

    private static void DrawInTurn(Generator generator, Digest digest)
    {
        foreach ((_, Action<Generator, Digest> draw) in s_draws)
            draw(generator, digest);
    }

    private static void DrawShared(Digest digest)
    {
        using var workers = new Workers(3) { ShareAll = true };
        DrawInTurn(new Philox(1) { Workers = workers }, digest);
    }

    private static Action<Generator, Digest> Floats(Action<Generator, float[]> draw) => (generator, digest) =>
    {
        foreach (int length in s_lengths)
        {
            float[] values = new float[length];
            draw(generator, values);
            digest.Add(values);
        }
    };

    private static Action<Generator, Digest> Integers(Action<Generator, int[]> draw) => Choices(draw);

    private static Action<TGenerator, Digest> Choices<TGenerator>(Action<TGenerator, int[]> draw) => (generator, digest) =>
    {
        foreach (int length in s_lengths)
        {
            int[] values = [.. Enumerable.Range(0, length)];
            draw(generator, values);
            digest.Add(values);
        }
    };

    private static Action<NumPyRandomState, Digest> Choices(Action<NumPyRandomState, int[]> draw) => Choices<NumPyRandomState>(draw);

    private static Action<NumPyRandomState, Digest> Doubles(Action<NumPyRandomState, double[]> draw) => (state, digest) =>
    {
        foreach (int length in s_lengths)
        {
            double[] values = new double[length];
            draw(state, values);
            digest.Add(values);
        }
    };

    private static Action<NumPyRandomState, Digest> LongIntegers(Action<NumPyRandomState, long[], long, long> draw) =>
        LongIntegers<NumPyRandomState>(draw);

    private static Action<TGenerator, Digest> LongIntegers<TGenerator>(Action<TGenerator, long[], long, long> draw) =>
        (generator, digest) =>
        {
            foreach ((long low, long high) in
                new[] { (-5L, 6L), (0, 1L << 31), (-(1L << 32), 1L << 32), (0, (1L << 62) + 1), (long.MinValue, long.MaxValue) })
            {
                long[] values = new long[101];
                draw(generator, values, low, high);
                digest.Add(values);
            }
        };
}
