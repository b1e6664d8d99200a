using NUnit.Framework;
using TensorEngine.Averages;
using TensorEngine.Checkpoints;
using TensorEngine.Minimization;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Averages;

public class AverageTests
{
    [Test]
    public void The_exponential_average_follows_its_formula_at_every_width([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        using var forced = new ForcedWidth(width);
        ParameterStore store = Store(out Parameter parameter);
        var average = new ExponentialMovingAverage(store, decay: 0.9);
        float[] expected = new float[parameter.Length];
        for (int update = 0; update < 5; update++)
        {
            Fill(parameter, update);
            average.Update();
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] = update == 0
                    ? parameter.Values[i]
                    : MathF.FusedMultiplyAdd((float)(1 - 0.9), parameter.Values[i] - expected[i], expected[i]);
            }
        }

        Bits.AssertSame(average.Average(parameter), expected, $"average");
        Assert.That(average.UpdateCount, Is.EqualTo(5));
    }

    [Test]
    public void The_polynomial_average_follows_its_formula([Values(0, 3, 8)] double gamma)
    {
        ParameterStore store = Store(out Parameter parameter);
        var average = new PolynomialDecayAverage(store, gamma);
        double[] expected = new double[parameter.Length];
        for (int update = 1; update <= 20; update++, average.Update())
        {
            Fill(parameter, update);
            expected = [.. expected.Select((x, i) => x + (gamma + 1) / (update + gamma) * (parameter.Values[i] - x))];
        }
        Assert.That(average.Average(parameter).ToArray(), Is.EqualTo(expected).AsCollection.Within(1e-5));
    }

    [Test]
    public void The_stochastic_weight_average_is_the_mean()
    {
        ParameterStore store = Store(out Parameter parameter);
        var average = new StochasticWeightAverage(store);
        double[] sum = new double[parameter.Length];
        for (int update = 0; update < 100; update++)
        {
            Fill(parameter, update);
            average.Update();
            for (int i = 0; i < sum.Length; i++)
                sum[i] += parameter.Values[i];
        }

        for (int i = 0; i < sum.Length; i++)
            Assert.That((double)average.Average(parameter)[i], Is.EqualTo(sum[i] / 100).Within(1e-5));
    }

    [Test]
    public void An_average_of_a_user_follows_its_weights_at_every_width([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        using var forced = new ForcedWidth(width);
        ParameterStore store = Store(out Parameter parameter);
        var average = new LateAverage(store);
        double[] sum = new double[parameter.Length];
        for (int update = 1; update <= 20; update++)
        {
            // With weights 2 / (updates + 2) the average is that of all values, each times its number.
            Fill(parameter, update);
            average.Update();
            for (int i = 0; i < sum.Length; i++)
                sum[i] += update * (double)parameter.Values[i];
        }

        for (int i = 0; i < sum.Length; i++)
            Assert.That((double)average.Average(parameter)[i], Is.EqualTo(sum[i] / 210).Within(1e-5));
    }

    [TestCase(0.9, 3e38, -3e38, 2.4e38)]
    [TestCase(0.25, 3e38, -3e38, -1.5e38)]
    [TestCase(0.5, float.MaxValue, -float.MaxValue, 0)]
    [TestCase(0.999, -float.MaxValue, float.MaxValue, -3.39601782e38)]
    [TestCase(0, 1e8, 1, 1)]
    [TestCase(0, 3e38, -3e38, -3e38)]
    [TestCase(0.25, 1e8, 1, 0.25e8 + 0.75)]
    [TestCase(0.75, 1, 1e8, 0.25e8 + 0.75)]
    public void The_exponential_average_is_right_for_every_finite_input(double decay, double before, double value, double expected)
    {
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            ParameterStore store = Store(out Parameter parameter);
            var average = new ExponentialMovingAverage(store, decay);
            parameter.Values.Fill((float)before);
            average.Update();
            parameter.Values.Fill((float)value);
            average.Update();
            double allowed = decay == 0 ? 0 : 2.5e-7 * Math.Abs(expected);
            double[] averages = [.. average.Average(parameter).ToArray()];
            Assert.That(averages, Is.All.EqualTo((double)(float)expected).Within(allowed), $"width {width}");
        }
    }

    [Test]
    public void Values_that_are_not_finite_stay_in_the_average()
    {
        ParameterStore store = Store(out Parameter parameter);
        foreach ((float before, float value, float expected) in new[]
        {
            (1f, float.PositiveInfinity, float.PositiveInfinity), (float.NegativeInfinity, 1f, float.NaN),
            (1f, float.NaN, float.NaN), (float.NaN, 1f, float.NaN), (3e38f, float.NegativeInfinity, float.NegativeInfinity),
        })
        {
            var average = new ExponentialMovingAverage(store, 0.9);
            parameter.Values.Fill(before);
            average.Update();
            parameter.Values.Fill(value);
            average.Update();
            Assert.That(average.Average(parameter).ToArray(), Is.All.EqualTo(expected), $"{before}, {value}");
        }
    }

    [TestCase(-0.1)]
    [TestCase(1.1)]
    [TestCase(double.NaN)]
    public void A_weight_outside_its_range_is_refused(double weight)
    {
        ParameterStore store = Store(out Parameter parameter);
        var average = new Weighted(store, weight);
        parameter.Values.Fill(1);
        average.Update();
        parameter.Values.Fill(2);
        Assert.That(average.Update, Throws.InvalidOperationException.With.Message.EqualTo($"Weight(1) is {weight}; it must be at least 0 and at most 1."));
        Assert.That(average.Average(parameter).ToArray(), Is.All.EqualTo(1f));
        Assert.That(average.UpdateCount, Is.EqualTo(1));
    }

    [Test]
    public void Parameters_that_are_frozen_keep_their_values_when_an_average_is_swapped_in()
    {
        var store = new ParameterStore();
        Parameter trained = store.Add("trained", [2000]), frozen = store.Add("frozen", [3]);
        store.Freeze();
        var average = new StochasticWeightAverage(store);
        store.Values.Fill(1);
        average.Update();
        store.Values.Fill(2);
        frozen.Trainable = false;
        average.Swap();
        Assert.That(trained.Values.ToArray(), Is.All.EqualTo(1f));
        Assert.That(frozen.Values.ToArray(), Is.All.EqualTo(2f));
        Assert.That(average.Average(frozen).ToArray(), Is.All.EqualTo(1f));
        Assert.That(average.Average(trained).ToArray(), Is.All.EqualTo(1f));

        // What was exchanged is what is exchanged back, also after loading and whatever is frozen by then.
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("run.safetensors");
        new Checkpoint(store) { { "average", average } }.Save(path);
        (frozen.Trainable, trained.Trainable) = (true, false);
        average.Swap();
        Assert.That(store.Values[..2000].ToArray().Concat(frozen.Values.ToArray()), Is.All.EqualTo(2f));

        average.Swap();
        Assert.That(trained.Values.ToArray(), Is.All.EqualTo(2f));
        Assert.That(frozen.Values.ToArray(), Is.All.EqualTo(1f));
        new Checkpoint(store) { { "average", average } }.Load(path);
        average.Swap();
        Assert.That(store.Values[..2000].ToArray().Concat(frozen.Values.ToArray()), Is.All.EqualTo(2f));
        Assert.That(average.Average(trained).ToArray().Concat(average.Average(frozen).ToArray()), Is.All.EqualTo(1f));
    }

    [Test]
    public void Lbfgs_takes_no_step_on_an_average()
    {
        ParameterStore store = Store(out Parameter parameter);
        var average = new StochasticWeightAverage(store);
        average.Update();
        var lbfgs = new Lbfgs(store);
        average.Swap();
        Fill(parameter, 1);
        float[] values = store.Values.ToArray();
        Refusal.Of<InvalidOperationException>(() => lbfgs.Step(() => 0), "An average is swapped in; swap the values back before the step");
        Bits.AssertSame(store.Values, values, $"values");
    }

    [Test]
    public void Swapping_is_undone_by_swapping_again()
    {
        ParameterStore store = Store(out Parameter parameter);
        var average = new StochasticWeightAverage(store);
        Assert.That(average.Swap, Throws.InvalidOperationException);
        Fill(parameter, 1);
        average.Update();
        Fill(parameter, 2);
        float[] values = store.Values.ToArray(), averaged = average.Average(parameter).ToArray();
        average.Swap();
        Assert.That(average.IsSwapped);
        Bits.AssertSame(parameter.Values, averaged, $"swapped in");
        Bits.AssertSame(average.Average(parameter), averaged, $"the average is still the average");
        Assert.That(average.Update, Throws.InvalidOperationException);
        average.Swap();
        Bits.AssertSame(store.Values, values, $"swapped out");
        Bits.AssertSame(average.Average(parameter), averaged, $"average");
    }

    [Test]
    public void Lookahead_takes_a_slow_step_after_every_interval()
    {
        ParameterStore store = Store(out Parameter parameter);
        Fill(parameter, 3);
        parameter.Gradients.Fill(1);
        float[] slow = parameter.Values.ToArray(), fast = parameter.Values.ToArray();
        var lookahead = new Lookahead(new Sgd(store, new SgdOptions { LearningRate = 0.25 }), interval: 3, alpha: 0.5);
        for (int step = 1; step <= 7; step++)
        {
            lookahead.Step();
            for (int i = 0; i < fast.Length; i++)
            {
                fast[i] -= 0.25f;
                if (step % 3 == 0)
                    fast[i] = slow[i] = MathF.FusedMultiplyAdd(0.5f, fast[i] - slow[i], slow[i]);
            }
        }

        Bits.AssertSame(parameter.Values, fast, $"values");
        Bits.AssertSame(lookahead.SlowValues(parameter), slow, $"slow values");
    }

    [Test]
    public void Lookahead_does_not_count_steps_that_were_skipped()
    {
        ParameterStore store = Store(out Parameter parameter);
        var lookahead = new Lookahead(new Sgd(store) { GradientOptions = { SkipNonFinite = true } }, interval: 1);
        parameter.Gradients.Fill(float.NaN);
        Assert.That(lookahead.Step().Taken, Is.False);
        Assert.That(lookahead.FastSteps, Is.Zero);
    }

    [Test]
    public void Updates_swaps_and_slow_steps_allocate_nothing()
    {
        ParameterStore store = Store(out _);
        var average = new ExponentialMovingAverage(store);
        var lookahead = new Lookahead(new Adam(store), interval: 2);
        Everything();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            Everything();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(store.Values[^1], Is.Zero, "padding");

        void Everything()
        {
            lookahead.Step();
            average.Update();
            average.Swap();
            average.Swap();
        }
    }

    [Test]
    public void Bad_input_is_named()
    {
        ParameterStore store = Store(out _), other = Store(out Parameter foreign);
        Assert.That(() => new ExponentialMovingAverage(store, 1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Decay is 1"));
        Assert.That(() => new ExponentialMovingAverage(null!), Throws.ArgumentNullException);
        Assert.That(() => new StochasticWeightAverage(store).Average(foreign), Throws.ArgumentException.With.Message.Contains("another store"));
        var sgd = new Sgd(store);
        Assert.That(() => new Lookahead(sgd, 0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("interval is 0"));
        Assert.That(() => new Lookahead(sgd, 5, 1.5), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("alpha is 1.5"));
        Assert.That(() => new Lookahead(sgd).SlowValues(foreign), Throws.ArgumentException);
        Assert.That(other.IsFrozen, Is.True);
    }

    private sealed class Weighted(ParameterStore store, double weight) : ValueAverage(store)
    {
        protected override string Kind => "weighted";

        protected override double Weight(long updates) => weight;
    }

    private static ParameterStore Store(out Parameter parameter)
    {
        var store = new ParameterStore();
        parameter = store.Add("weight", [37, 29]);
        store.Freeze();
        parameter.Values.Clear();
        return store;
    }

    private static void Fill(Parameter parameter, int seed) => FloatSamples.FillSpread(parameter.Values, new Random(seed), -2, 1);
}
