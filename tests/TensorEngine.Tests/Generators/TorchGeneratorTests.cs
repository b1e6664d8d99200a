using NUnit.Framework;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Generators;

public class TorchGeneratorTests
{
    public static IEnumerable<RecordedSeed> Seeds => RecordedDraws.Instance.Torch;

    public static IEnumerable<RecordedSeed> LaterSeeds => RecordedDraws.Instance.LaterTorch;

    [TestCaseSource(nameof(Seeds))]
    public void Draws_are_those_recorded_from_PyTorch(RecordedSeed recorded) =>
        Check(new TorchGenerator(recorded.Seed.GetUInt64()) { OneWordIntegers = true }, recorded);

    [TestCaseSource(nameof(LaterSeeds))]
    public void Draws_are_those_of_PyTorch_2_10(RecordedSeed recorded) =>
        Check(new TorchGenerator(recorded.Seed.GetUInt64()), recorded);

    [Test]
    public void Enough_pairs_of_seed_and_shape_are_recorded()
    {
        foreach (IEnumerable<RecordedSeed> seeds in new[] { Seeds, LaterSeeds })
        {
            int pairs = seeds.SelectMany(seed => seed.Calls.SelectMany(call => call.Results.Select(_ => (seed, call)))).Count();
            Assert.That(pairs, Is.GreaterThanOrEqualTo(200));
            Assert.That(seeds.Select(seed => seed.Seed.GetUInt64()).Distinct().Count(), Is.GreaterThanOrEqualTo(50));
        }
    }

    [Test]
    public void Every_width_draws_the_same()
    {
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            foreach (RecordedSeed recorded in Seeds.Where(seed => seed.Calls.All(call => call.Whole("length") < 10_000 && call.Name is "normal" or "uniform")))
                Draws_are_those_recorded_from_PyTorch(recorded);
        }
    }

    /// <summary>Values that PyTorch's users know.</summary>
    [Test]
    public void The_first_draws_of_seed_0_and_42()
    {
        float[] five = new float[5], sixteen = new float[16];
        new TorchGenerator(0).Uniform(five);
        AssertEqual(five, 0.4962566f, 0.7682218f, 0.08847743f, 0.13203049f, 0.30742282f);
        new TorchGenerator(0).Normal(five);
        AssertEqual(five, 1.5409960746765137f, -0.293428897857666f, -2.1787893772125244f, 0.5684312582015991f, -1.0845223665237427f);
        new TorchGenerator(42).Normal(sixteen);
        AssertEqual(
            sixteen[..8],
            1.9269152879714966f,
            1.4872840642929077f,
            0.9007171988487244f,
            -2.1055209636688232f,
            0.6784184575080872f,
            -1.2345448732376099f,
            -0.04306747764348984f,
            -1.6046669483184814f);
    }

    [Test]
    public void Only_the_low_32_bits_of_the_seed_count()
    {
        float[] first = new float[100], second = new float[100];
        new TorchGenerator(7).Normal(first);
        new TorchGenerator(7 + (1ul << 32)).Normal(second);
        Bits.AssertSame(second, first, $"seed");
    }

    [Test]
    public void Bad_input_is_named_and_changes_nothing()
    {
        var generator = new TorchGenerator(3);
        long[] target = [7, 7];
        Refusal.Of<ArgumentOutOfRangeException>(() => generator.Integers(target, 5, 5), "high is 5");
        Refusal.Of<ArgumentOutOfRangeException>(() => generator.Integers(new int[2], 5, 4), "high is 4");
        Refusal.Of<ArgumentOutOfRangeException>(() => generator.Below(0), "exclusiveMaximum is 0");
        Assert.That(target, Is.All.EqualTo(7));
        Assert.That(generator.Below(1000), Is.EqualTo(new TorchGenerator(3).Below(1000)));
    }

    private static void AssertEqual(float[] actual, params float[] expected) => Assert.That(actual, Is.EqualTo(expected));

    private static void Check(TorchGenerator generator, RecordedSeed recorded)
    {
        foreach (RecordedCall call in recorded.Calls)
            Check(generator, call);
    }

    private static void Check(TorchGenerator generator, RecordedCall call)
    {
        float[] values = new float[call.Has("shape") ? call.Shape.ElementCount : call.Whole("length")];
        switch (call.Name)
        {
            case "normal": generator.Normal(values, call.Number("mean", 0), call.Number("deviation", 1)); break;
            case "uniform": generator.Uniform(values, call.Number("low", 0), call.Number("high", 1)); break;
            case "xavier_uniform": Initialize.XavierUniform(values, generator, Fan.Of(call.Shape), call.Number("gain", 1)); break;
            case "xavier_normal": Initialize.XavierNormal(values, generator, Fan.Of(call.Shape), call.Number("gain", 1)); break;
            case "kaiming_uniform": Initialize.KaimingUniform(values, generator, FanOf(call), call.Number("a", 0), NonlinearityOf(call)); break;
            case "kaiming_normal": Initialize.KaimingNormal(values, generator, FanOf(call), call.Number("a", 0), NonlinearityOf(call)); break;
            case "sparse": Initialize.Sparse(values, generator, call.Shape, call.Number("sparsity", 0), call.Number("std", 0)); break;
            case "orthogonal": CheckOrthogonal(generator, call, values); return;
            case "integers" or "permutation": CheckIntegers(generator, call); return;
            case "linear" or "convolution": CheckLayer(generator, call); return;
            default: Assert.Fail($"There is no call {call.Name}."); break;
        }

        RecordedDraws.Instance.AssertSame<float>(values, call.Results[0], call.ToString());
    }

    private static void CheckIntegers(TorchGenerator generator, RecordedCall call)
    {
        long[] values = new long[call.Whole("length")];
        int[] narrow = new int[values.Length];
        if (call.Is("permutation"))
        {
            generator.Permutation(narrow);
            values = [.. narrow.Select(value => (long)value)];
        }
        else
        {
            (long low, long high) = (call.Whole("low"), call.Whole("high"));
            GeneratorState before = generator.SaveState();
            generator.Integers(values, low, high);
            if (low >= int.MinValue && high <= int.MaxValue)
            {
                generator.RestoreState(before);
                generator.Integers(narrow, (int)low, (int)high);
                Assert.That(narrow, Is.EqualTo(values), call.ToString());
            }
        }

        RecordedDraws.Instance.AssertSame<long>(values, call.Results[0], call.ToString());
    }

    private static void CheckLayer(TorchGenerator generator, RecordedCall call)
    {
        int outputs = (int)call.Whole("outputs"), inputs = (int)call.Whole("inputs");
        var store = new ParameterStore();
        Shape shape = call.Is("linear") ? [outputs, inputs] : Shape.Create([outputs, inputs / (int)call.Whole("groups", 1), .. call.Integers("kernel")]);
        Parameter weight = store.Add("weight", shape), bias = store.Add("bias", [outputs]);
        if (call.Is("linear"))
            Initialize.Linear(weight, generator, bias);
        else
            Initialize.Convolution(weight, generator, bias);
        RecordedDraws.Instance.AssertSame<float>(weight.Values, call.Results[0], $"{call} weight {shape}");
        RecordedDraws.Instance.AssertSame<float>(bias.Values, call.Results[1], $"{call} bias of {shape}");
    }

    // LAPACK's rounding errors are its own; the signs and the draws are the same.
    private static void CheckOrthogonal(TorchGenerator generator, RecordedCall call, float[] values)
    {
        double gain = call.Number("gain", 1);
        Initialize.Orthogonal(values, generator, call.Shape, gain);
        ReadOnlySpan<float> expected = RecordedDraws.Instance.Values<float>(call.Results[0]);
        for (int i = 0; i < values.Length; i++)
            Assert.That(values[i], Is.EqualTo(expected[i]).Within(1e-5 * gain), $"{call} {call.Shape}, element {i}");
    }

    private static long FanOf(RecordedCall call) =>
        call.Has("mode") ? Fan.Of(call.Shape).Out : Fan.Of(call.Shape).In;

    private static Nonlinearity NonlinearityOf(RecordedCall call) =>
        call.Has("nonlinearity") ? Nonlinearity.Relu : Nonlinearity.LeakyRelu;
}
