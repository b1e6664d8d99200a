using System.Globalization;
using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>What PyTorch 2.6 gives in double precision at settings that few have, one case per difference seen.</summary>
public sealed class TorchFormTests
{
    private static readonly float[] s_infinite = [float.NegativeInfinity, float.PositiveInfinity];

    private static IEnumerable<TestCaseData> Decaying =>
    [
        .. OptimizerCatalog.Rows.Where(row => row.DecouplesDecay).SelectMany(row => row.Cases).Where(Decays)
            .Select(one => new TestCaseData((Func<IEnumerable<Parameter>, Optimizer>)one.Make) { TestName = one.Name }),
        new((IEnumerable<Parameter> p) => new Asgd(p)) { TestName = "Asgd" },
    ];

    [TestCaseSource(nameof(Decaying))]
    public void DecoupledDecayKeepsInfinities(Func<IEnumerable<Parameter>, Optimizer> make)
    {
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            var store = new ParameterStore();
            Parameter parameter = store.Add("parameter", [19]);
            store.Freeze();
            for (int i = 0; i < 19; i++)
                parameter.Values[i] = s_infinite[i % 2];
            make(store.Parameters).Step();
            for (int i = 0; i < 19; i++)
                Assert.That(parameter.Values[i], Is.EqualTo(s_infinite[i % 2]), $"element {i}, width {width}");
        }
    }

    [Test]
    public void AdafactorsAverageForgetsAllWithABeta2DecayOfZero()
    {
        var store = new ParameterStore();
        Parameter parameter = store.Add("parameter", [2, 2]);
        var adafactor = new Adafactor(store, new() { LearningRate = 1, Epsilon2 = 1, Beta2Decay = 0 });
        float[] last = [1e-3f, 2e-3f, 3e-3f, 4e-3f];
        for (int step = 0; step < 5; step++)
        {
            for (int i = 0; i < 4; i++)
                parameter.Gradients[i] = step < 4 ? 1e6f : last[i];
            if (step == 4)
                parameter.Values.Clear();
            adafactor.Step();
        }

        // Row and column means of the last gradients alone.
        Assert.That(adafactor.State(parameter, "row_var")[0], Is.EqualTo(2.5e-6f).Within(1e-12f));
        Assert.That(adafactor.State(parameter, "col_var")[1], Is.EqualTo(1e-5f).Within(1e-11f));
    }

    [Test]
    public void RAdamIsRightForABeta2NearOne()
    {
        var store = new ParameterStore();
        Parameter parameter = store.Add("parameter", [1]);
        store.Freeze();
        var radam = new RAdam(store, new() { LearningRate = 1e-3, Beta2 = 0.9999999 });
        parameter.Gradients[0] = 1;
        for (int step = 0; step < 5; step++)
            radam.Step();
        Assert.That(parameter.Values[0], Is.EqualTo(-0.005f).Within(1e-9f));
    }

    // The series against exact fractions: a = 1 - beta2 is a power of 2, and the sums are those of the definition.
    [TestCase(-10, 100)]
    [TestCase(-10, 127)]
    [TestCase(-10, 129)]
    [TestCase(-23, 6)]
    [TestCase(-23, 1000)]
    [TestCase(-40, 100_000)]
    public void RAdamsLengthIsExact(int exponent, int step)
    {
        double fresh = Math.ScaleB(1, exponent);
        decimal kept = 1 - 1m / (1L << -exponent);
        decimal whole = 0, sums = 0, power = 1;
        for (int k = 0; k < step; k++)
        {
            sums += whole;
            whole += power;
            power *= kept;
        }

        double length = (double)(2m * step - 1 - 2 * sums / whole), longest = 2 / fresh - 1;
        double factor = Math.Sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))
            * Math.Sqrt(fresh * (double)whole);
        Assert.That(Rectification.At(1 - fresh, step), Is.EqualTo(factor).Within(1e-9 * factor));
    }

    [TestCase(1)]
    [TestCase(0.75)]
    public void LookaheadTakesTorchsFormOfLerp(double alpha)
    {
        var store = new ParameterStore();
        Parameter parameter = store.Add("parameter", [1]);
        store.Freeze();
        parameter.Values[0] = 1e8f;
        var lookahead = new Lookahead(new Sgd(store, new() { LearningRate = 1 }), interval: 1, alpha);

        // What is fast is 1; the difference to 1e8 swallows it.
        parameter.Values[0] = 3;
        parameter.Gradients[0] = 2;
        lookahead.Step();
        float right = MathF.FusedMultiplyAdd((float)(1 - alpha), 1e8f - 1, 1);
        Assert.That(lookahead.SlowValues(parameter)[0], Is.EqualTo(right));
        Assert.That(parameter.Values[0], Is.EqualTo(right));
    }

    [Test]
    public void AsgdsFirstAverageIsTheValueWhereverAveragingStarts()
    {
        var store = new ParameterStore();
        Parameter parameter = store.Add("parameter", [1]);
        store.Freeze();
        parameter.Values[0] = 1;
        var asgd = new Asgd(store, new() { LearningRate = 0.1, AveragingStart = -5, Lambda = 0, Alpha = 0 });
        parameter.Gradients[0] = 1;
        float[] averages = new float[3];
        for (int step = 0; step < 3; step++)
        {
            asgd.Step();
            averages[step] = asgd.State(parameter, "ax")[0];
        }

        Assert.That(averages, Is.EqualTo(new[] { 0.9f, 0.8833333f, 0.8571429f }).Within(1e-6f));
    }

    [Test]
    public void AGroupsFirstAccumulatorIsItsOwn()
    {
        var store = new ParameterStore();
        Parameter first = store.Add("first", [1]), second = store.Add("second", [1]);
        var adagrad = new AdaGrad(store, new() { LearningRate = 1, InitialAccumulatorValue = 1 });
        adagrad.AddGroup([second], options => options with { InitialAccumulatorValue = 8 });
        store.Gradients.Fill(1);
        adagrad.Step();
        Assert.That(first.Values[0], Is.EqualTo(-0.7071068f).Within(1e-6f));
        Assert.That(second.Values[0], Is.EqualTo(-0.33333333f).Within(1e-6f));
    }

    // Without an epsilon a gradient of 0 gives 0 / 0.
    private static bool Decays(OptimizerCase optimizer) => Option(optimizer, "WeightDecay") > 0 && Option(optimizer, "Epsilon") != 0;

    private static double? Option(OptimizerCase optimizer, string name) =>
        optimizer.Options.GetType().GetProperty(name)?.GetValue(optimizer.Options) is { } value ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : null;
}
