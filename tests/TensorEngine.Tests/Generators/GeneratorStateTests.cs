using NUnit.Framework;
using TensorEngine.Generators;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Generators;

public class GeneratorStateTests
{
    private static readonly object[] s_generators =
    [
        Case("Philox", () => new Philox(5, 6)),
        Case("PyTorch", () => new TorchGenerator(5)),
        Case("PyTorch up to 2.6", () => new TorchGenerator(5) { OneWordIntegers = true }),
        Case("NumPy", () => new NumPyRandomState(5)),
        Case("a user's of words", () => new SplitMix(5)),
        Case("a user's of many words", () => new Xoshiro(5)),
    ];

    [TestCaseSource(nameof(s_generators))]
    public void A_restored_state_goes_on_with_the_same_draws(Func<Generator> create)
    {
        // After an odd number of normal draws in a short tensor a second value is kept; later states are in the middle of a turn.
        foreach (int length in new[] { 0, 1, 3, 5, 16, 100, 623, 624, 1001 })
        {
            Generator generator = create();
            generator.Normal(new float[length]);
            GeneratorState saved = generator.SaveState();
            float[] expected = Draws(generator);
            // The numbers alone make the state, in another generator of the kind, however far that one has gone.
            Generator other = create();
            other.Uniform(new float[77]);
            other.RestoreState(new GeneratorState(saved.Kind, saved.Words));
            Bits.AssertSame(Draws(other), expected, $"after {length} draws");
            generator.RestoreState(saved);
            Bits.AssertSame(Draws(generator), expected, $"back to {length} draws");
        }
    }

    [Test]
    public void The_kept_value_is_part_of_the_state()
    {
        foreach (Generator generator in new Generator[] { new TorchGenerator(1), new NumPyRandomState(1) })
        {
            Assert.That(generator.SaveState().Words[^2], Is.Zero);
            generator.Normal(new float[1]);
            Assert.That(generator.SaveState().Words[^2], Is.EqualTo(1));
            generator.Normal(new float[1]);
            Assert.That(generator.SaveState().Words[^2], Is.Zero);
        }
    }

    /// <summary>NumPy's get_state() after seed 42 and one randn: position 4 of the first turn, and the kept value.</summary>
    [Test]
    public void The_state_of_RandomState_is_that_of_get_state()
    {
        var state = new NumPyRandomState(42);
        Assert.That(state.SaveState().Words[0], Is.EqualTo(42));
        Assert.That(state.SaveState().Words[624], Is.EqualTo(624));
        float[] first = new float[1];
        state.Normal(first);
        Assert.That(first[0], Is.EqualTo(0.4967141530112327f));
        Assert.That(state.SaveState().Words[0], Is.EqualTo(723970371));
        Assert.That(state.SaveState().Words[624], Is.EqualTo(4));
        Assert.That(BitConverter.UInt64BitsToDouble(state.SaveState().Words[626]), Is.EqualTo(-0.13826430117118466).Within(1e-16));
    }

    [Test]
    public void Philox_saves_seed_stream_and_position()
    {
        var generator = new Philox(11, 12) { Position = 13 };
        Assert.That(generator.SaveState().Words.ToArray(), Is.EqualTo(new ulong[] { 11, 12, 13 }));
        var other = new Philox(0);
        other.RestoreState(generator.SaveState());
        Assert.That((other.Seed, other.Stream, other.Position), Is.EqualTo((11ul, 12ul, 13L)));
    }

    [Test]
    public void Bad_states_are_named_and_change_nothing()
    {
        var philox = new Philox(1, 2) { Position = 3 };
        var torch = new TorchGenerator(4);
        ulong[] words = torch.SaveState().Words.ToArray();
        Refusal.Of<ArgumentNullException>(() => philox.RestoreState(null!), "state");
        Refusal.Of<ArgumentException>(() => philox.RestoreState(torch.SaveState()), "of kind \"torch-mt19937\"");
        Refusal.Of<ArgumentException>(() => torch.RestoreState(philox.SaveState()), "of kind \"philox4x32-10\"");
        Refusal.Of<ArgumentException>(() => torch.RestoreState(new NumPyRandomState(4).SaveState()), "of kind \"numpy-mt19937\"");
        Refusal.Of<ArgumentException>(() => philox.RestoreState(new GeneratorState("philox4x32-10", [1, 2])), "2 numbers");
        Refusal.Of<ArgumentException>(() => philox.RestoreState(new GeneratorState("philox4x32-10", [1, 2, ulong.MaxValue])), "as number 2");
        Refusal.Of<ArgumentException>(() => torch.RestoreState(With(words, 0, 1ul << 32)), "as number 0");
        Refusal.Of<ArgumentException>(() => torch.RestoreState(With(words, 624, 625)), "as number 624");
        Refusal.Of<ArgumentException>(() => torch.RestoreState(With(words, 625, 2)), "as number 625");
        Refusal.Of<ArgumentException>(() => torch.RestoreState(With(words, 626, BitConverter.DoubleToUInt64Bits(double.NaN))), "must be finite");
        Refusal.Of<ArgumentException>(() => torch.RestoreState(new GeneratorState("torch-mt19937", new ulong[words.Length])), "all zeros");
        Assert.That(torch.SaveState().Words.ToArray(), Is.EqualTo(words));
        Assert.That((philox.Seed, philox.Stream, philox.Position), Is.EqualTo((1ul, 2ul, 3L)));
    }

    [Test]
    public void Generators_whose_integers_differ_do_not_exchange_states()
    {
        var one = new TorchGenerator(1) { OneWordIntegers = true };
        var two = new TorchGenerator(1);
        Refusal.Of<ArgumentException>(() => one.RestoreState(two.SaveState()), "this generator needs \"torch-mt19937-one-word-integers\"");
        Refusal.Of<ArgumentException>(() => two.RestoreState(one.SaveState()), "of kind \"torch-mt19937-one-word-integers\"");
    }

    [Test]
    public void Numbers_of_a_state_are_checked_for_every_generator()
    {
        var state = new GeneratorState("mine", [7, 8]);
        Assert.That(GeneratorState.WordsOf(state, "mine", 2).ToArray(), Is.EqualTo(new ulong[] { 7, 8 }));
        Assert.That(GeneratorState.WordOf(state, 1, 8), Is.EqualTo(8));
        Refusal.Of<ArgumentException>(() => GeneratorState.WordsOf(state, "yours", 2), "state is of kind \"mine\"; this generator needs \"yours\".");
        Refusal.Of<ArgumentException>(() => GeneratorState.WordsOf(state, "mine", 3), "state has 2 numbers; \"mine\" has 3.");
        Refusal.Of<ArgumentNullException>(() => GeneratorState.WordsOf(state, null!, 3), "kind");
        Refusal.Of<ArgumentNullException>(() => GeneratorState.WordOf(null!, 0, 3), "state");
        Refusal.Of<ArgumentException>(() => GeneratorState.WordOf(state, 1, 7), "state has 8 as number 1; it must be at most 7.");
        Refusal.Of<ArgumentOutOfRangeException>(() => GeneratorState.WordOf(state, 2, 7), "index is 2; it must be at least 0 and below 2");
        Refusal.Of<ArgumentOutOfRangeException>(() => GeneratorState.WordOf(state, -1, 7), "index is -1;");
    }

    private static float[] Draws(Generator generator)
    {
        float[] draws = new float[400];
        generator.Normal(draws.AsSpan(0, 3));
        generator.Uniform(draws.AsSpan(3, 50));
        generator.Normal(draws.AsSpan(53, 200));
        generator.TruncatedNormal(draws.AsSpan(253, 40));
        for (int i = 293; i < 399; i++)
            draws[i] = generator.Below(1000);
        generator.Normal(draws.AsSpan(399));
        return draws;
    }

    private static GeneratorState With(ulong[] words, int index, ulong value)
    {
        ulong[] changed = [.. words];
        changed[index] = value;
        return new GeneratorState("torch-mt19937", changed);
    }

    private static TestCaseData Case(string name, Func<Generator> create) => new TestCaseData(create).SetArgDisplayNames(name);
}
