using System.Text.Json;
using NUnit.Framework;
using TensorEngine.Generators;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Generators;

public class NumPyRandomStateTests
{
    /// <summary>The seed of the values in numpy/random/tests/test_randomstate.py.</summary>
    private const uint Published = 1234567890;

    public static IEnumerable<RecordedSeed> Seeds => RecordedDraws.Instance.NumPy;

    [TestCaseSource(nameof(Seeds))]
    public void Draws_are_those_recorded_from_NumPy(RecordedSeed recorded)
    {
        NumPyRandomState state = recorded.Seed.ValueKind == JsonValueKind.Array
            ? new NumPyRandomState([.. recorded.Seed.EnumerateArray().Select(number => number.GetUInt32())])
            : new NumPyRandomState(recorded.Seed.GetUInt32());
        foreach (RecordedCall call in recorded.Calls)
            Check(state, call);
    }

    [Test]
    public void Seeds_give_the_published_integers()
    {
        Assert.That(new NumPyRandomState(0).Below(1000), Is.EqualTo(684));
        Assert.That(new NumPyRandomState(4294967295).Below(1000), Is.EqualTo(419));
        Assert.That(new NumPyRandomState([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).Below(1000), Is.EqualTo(468));
        Assert.That(new NumPyRandomState([0]).Below(1000), Is.EqualTo(973));
        Assert.That(new NumPyRandomState([4294967295]).Below(1000), Is.EqualTo(265));
    }

    [Test]
    public void Doubles_are_the_published_ones()
    {
        double[] values = new double[6];
        new NumPyRandomState(Published).RandomSample(values);
        AssertEqual(
            values, 0.61879477158567997, 0.59162362775974664, 0.88868358904449662, 0.89165480011560816, 0.4575674820298663, 0.7781880808593471);
        new NumPyRandomState(Published).StandardNormal(values);
        AssertEqual(
            values, 1.34016345771863121, 1.73759122771936081, 1.498988344300628, -0.2286433324536169, 2.031033998682787, 2.17032494605655257);
    }

    [Test]
    public void Floats_are_the_published_doubles_narrowed()
    {
        float[] values = new float[6];
        new NumPyRandomState(Published).Uniform(values, 1.23, 10.54);
        AssertEqual(
            values, (float)6.99097932346268003, (float)6.73801597444323974, (float)9.50364421400426274, (float)9.53130618907631089, (float)5.48995325769805476, (float)8.47493103280052118);
        new NumPyRandomState(Published).Normal(values, 0.123456789, 2);
        AssertEqual(
            values, (float)2.80378370443726244, (float)3.59863924443872163, (float)3.121433477601256, (float)-0.33382987590723379, (float)4.18552478636557357, (float)4.46410668111310471);
    }

    [Test]
    public void Integers_orders_and_choices_are_the_published_ones()
    {
        int[] six = new int[6], four = new int[4], three = new int[3], ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0];
        new NumPyRandomState(Published).Integers(six, -99, 99);
        AssertEqual(six, 31, 3, -52, 41, -48, -66);
        new NumPyRandomState(Published).Shuffle(ten.AsSpan());
        AssertEqual(ten, 0, 1, 9, 6, 2, 4, 5, 8, 7, 3);
        new NumPyRandomState(Published).Permutation(ten);
        AssertEqual(ten, 9, 0, 8, 5, 1, 3, 4, 7, 6, 2);
        new NumPyRandomState(Published).Choice(four, 4);
        AssertEqual(four, 2, 3, 2, 3);
        new NumPyRandomState(Published).Choice(four, [0.4, 0.4, 0.1, 0.1]);
        AssertEqual(four, 1, 1, 2, 2);
        new NumPyRandomState(Published).Choice(three, 4, replace: false);
        AssertEqual(three, 0, 1, 3);
        new NumPyRandomState(Published).Choice(three, [0.1, 0.3, 0.5, 0.1], replace: false);
        AssertEqual(three, 2, 3, 1);
    }

    [Test]
    public void Bad_input_is_named_and_changes_nothing()
    {
        var state = new NumPyRandomState(1);
        int[] target = [7, 7, 7];
        Refusal.Of<ArgumentException>(() => _ = new NumPyRandomState([]), "seeds is empty");
        Refusal.Of<ArgumentOutOfRangeException>(() => state.Choice(target, 0), "population is 0");
        Refusal.Of<ArgumentException>(() => state.Choice(target, 2, replace: false), "destination has 3 elements");
        Refusal.Of<ArgumentException>(() => state.Choice(target, []), "probabilities is empty");
        Refusal.Of<ArgumentException>(() => state.Choice(target, [1.5, -0.5]), "-0.5 as number 1");
        Refusal.Of<ArgumentException>(() => state.Choice(target, [double.NaN, 1]), "NaN as number 0");
        Refusal.Of<ArgumentException>(() => state.Choice(target, [0.5, 0.4]), "sum to 0.9");
        Refusal.Of<ArgumentException>(() => state.Choice(target, [0.5, 0, 0.5], replace: false), "destination has 3 elements");
        Refusal.Of<ArgumentOutOfRangeException>(() => state.Integers(target, 5, 5), "high is 5");
        Refusal.Of<ArgumentOutOfRangeException>(() => state.Integers(new long[1], 5, 4), "high is 4");
        Assert.That(target, Is.All.EqualTo(7));
        Assert.That(state.NextDouble(), Is.EqualTo(new NumPyRandomState(1).NextDouble()));
    }

    private static void Check(NumPyRandomState state, RecordedCall call)
    {
        int length = (int)call.Whole("length");
        switch (call.Name)
        {
            case "random_sample": CheckUniform(state, call, length); break;
            case "rand": CheckUniform(state, call, (int)(call.Whole("rows") * call.Whole("columns"))); break;
            case "randn": CheckNormal(state, call, length); break;
            case "log_of_random_sample": CheckLogarithm(state, call, length); break;
            case "uniform" or "normal": CheckFloats(state, call, length); break;
            default: CheckIntegers(state, call, length); break;
        }
    }

    // Once as doubles, and once as floats from the state before.
    private static void CheckUniform(NumPyRandomState state, RecordedCall call, int length)
    {
        GeneratorState before = state.SaveState();
        double[] values = new double[length];
        state.RandomSample(values);
        RecordedDraws.Instance.AssertSame<double>(values, call.Results[0], call.ToString());
        state.RestoreState(before);
        float[] floats = new float[length];
        state.Uniform(floats);
        Assert.That(floats, Is.EqualTo(values.Select(value => (float)value)));
    }

    private static void CheckNormal(NumPyRandomState state, RecordedCall call, int length)
    {
        GeneratorState before = state.SaveState();
        double[] values = new double[length];
        state.StandardNormal(values);
        RecordedDraws.Instance.AssertSame<double>(values, call.Results[0], call.ToString());
        state.RestoreState(before);
        float[] floats = new float[length];
        state.Normal(floats);
        Assert.That(floats, Is.EqualTo(values.Select(value => (float)value)));
    }

    private static void CheckLogarithm(NumPyRandomState state, RecordedCall call, int length)
    {
        double[] values = new double[length];
        state.RandomSample(values);
        foreach (ref double value in values.AsSpan())
            value = GnuLogarithm.Of(value);
        RecordedDraws.Instance.AssertSame<double>(values, call.Results[0], call.ToString());
    }

    private static void CheckFloats(NumPyRandomState state, RecordedCall call, int length)
    {
        float[] values = new float[length];
        if (call.Is("uniform"))
            state.Uniform(values, call.Number("low", 0), call.Number("high", 1));
        else
            state.Normal(values, call.Number("mean", 0), call.Number("deviation", 1));
        float[] expected = [.. RecordedDraws.Instance.Values<double>(call.Results[0]).ToArray().Select(value => (float)value)];
        Assert.That(values, Is.EqualTo(expected));
    }

    private static void CheckIntegers(NumPyRandomState state, RecordedCall call, int length)
    {
        long[] wide = new long[length];
        int[] values = new int[length];
        switch (call.Name)
        {
            case "randint": state.Integers(wide, call.Whole("low"), call.Whole("high")); break;
            case "permutation": state.Permutation(values); break;
            case "shuffle":
                values = [.. Enumerable.Range(0, length)];
                state.Shuffle(values.AsSpan());
                break;
            case "choice" when call.Has("probabilities"):
                state.Choice(values, call.Numbers("probabilities"), call.Flag("replace", true));
                break;
            case "choice": state.Choice(values, (int)call.Whole("population"), call.Flag("replace", true)); break;
            default: Assert.Fail($"There is no call {call.Name}."); break;
        }

        if (!call.Is("randint"))
            wide = [.. values.Select(value => (long)value)];
        RecordedDraws.Instance.AssertSame<long>(wide, call.Results[0], call.ToString());
    }

    private static void AssertEqual<T>(T[] actual, params T[] expected) => Assert.That(actual, Is.EqualTo(expected));
}
