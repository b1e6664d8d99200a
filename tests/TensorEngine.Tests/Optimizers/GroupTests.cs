using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>Groups with options of their own, and optimizers over parts of a store and over several.</summary>
public class GroupTests
{
    [Test]
    public void Each_group_steps_as_an_optimizer_of_its_own_would([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        using var forced = new ForcedWidth(width);
        ParameterStore grouped = Filled(), weightsOnly = Filled(), biasesOnly = Filled();
        var adam = new AdamW(grouped);
        ParameterGroup<AdamWOptions> biases = adam.AddGroup(
            parameter => parameter.Shape.Rank == 1, options => options with { WeightDecay = 0, LearningRate = 0.5 });
        var forWeights = new AdamW(weightsOnly);
        var forBiases = new AdamW(biasesOnly, new AdamWOptions { WeightDecay = 0, LearningRate = 0.5 });
        for (int step = 0; step < 3; step++)
        {
            if (step == 2)
                biases.LearningRate = forBiases.Groups[0].LearningRate = 0.125;
            adam.Step();
            forWeights.Step();
            forBiases.Step();
        }

        foreach (Parameter parameter in grouped.Parameters)
        {
            ParameterStore expected = parameter.Shape.Rank == 1 ? biasesOnly : weightsOnly;
            Bits.AssertSame(parameter.Values, expected[parameter.Name].Values, $"{parameter}");
        }

        Assert.That(adam.Groups, Has.Count.EqualTo(2));
        Assert.That(adam.Groups[0].Options, Is.SameAs(adam.Options));
        Assert.That(adam.Groups[1], Is.SameAs(biases));
        Assert.That(biases.Parameters, Is.EqualTo(grouped.Parameters.Where(parameter => parameter.Shape.Rank == 1)));
    }

    /// <summary>Parameters with different step counts alternate over more memory than is stepped in one piece.</summary>
    [Test]
    public void Batches_that_alternate_over_much_memory_step_as_they_would_alone(
        [ValueSource(typeof(OptimizerCatalog), nameof(OptimizerCatalog.Cases))] OptimizerCase optimizer)
    {
        ParameterStore together = Many(_ => true), even = Many(i => i % 2 == 0), odd = Many(i => i % 2 == 1);
        Optimizer all = optimizer.Make(together.Parameters), evenOnly = optimizer.Make(even.Parameters), oddOnly = optimizer.Make(odd.Parameters);
        SetOddTrainable(false);
        all.Step();
        SetOddTrainable(true);
        all.Step();
        all.Step();
        for (int step = 0; step < 3; step++)
            evenOnly.Step();
        for (int step = 0; step < 2; step++)
            oddOnly.Step();

        foreach (Parameter expected in even.Parameters.Concat(odd.Parameters))
            Bits.AssertSame(together[expected.Name].Values, expected.Values, $"{expected}");

        void SetOddTrainable(bool trainable)
        {
            foreach (Parameter parameter in odd.Parameters)
                together[parameter.Name].Trainable = trainable;
        }

        static ParameterStore Many(Func<int, bool> include)
        {
            const int Count = 300;
            var store = new ParameterStore();
            foreach (int i in Enumerable.Range(0, Count).Where(include))
                store.Add($"parameter {i}", [1000]);
            store.Freeze();
            foreach (Parameter parameter in store.Parameters)
            {
                parameter.Values.Fill(parameter.Name.Length);
                for (int i = 0; i < parameter.Length; i++)
                    parameter.Gradients[i] = 1e-2f * (i % 7 - 3);
            }

            return store;
        }
    }

    [Test]
    public void Options_can_be_set_without_knowing_their_type()
    {
        ParameterStore store = Filled();
        store.Gradients.Fill(1);
        var sgd = new Sgd(store, new SgdOptions { LearningRate = 1 });
        ParameterGroup<SgdOptions> group = sgd.AddGroup([store["w0"]], options => options with { LearningRate = 2 });
        Optimizer any = sgd;
        Assert.That(any.Groups[0].Options, Is.SameAs(sgd.Options));
        Assert.That(any.ToString(), Is.EqualTo($"Sgd of {store.Count} parameters, learning rate 1"));
        Assert.That(any.Groups, Is.EqualTo(new ParameterGroup[] { sgd.Groups[0], group }).Using<ParameterGroup>(ReferenceEquals));
        foreach (ParameterGroup one in any.Groups)
            one.LearningRate = 0;
        float[] before = store.Values.ToArray();
        any.Step();
        Assert.That(store.Values.ToArray(), Is.EqualTo(before));
    }

    [Test]
    public void State_starts_where_the_group_says()
    {
        ParameterStore store = Filled();
        store.Values.Clear();
        store.Gradients.Fill(1);
        var adaGrad = new AdaGrad(store, new() { LearningRate = 1, InitialAccumulatorValue = 3 });
        adaGrad.AddGroup([store["w0"]], options => options with { InitialAccumulatorValue = 8 });
        adaGrad.Step();
        Assert.That(store["w0"].Values[0], Is.EqualTo(-1 / 3.0).Within(1e-7), "1 / sqrt(8 + 1)");
        Assert.That(store["w1"].Values[0], Is.EqualTo(-0.5).Within(1e-7), "1 / sqrt(3 + 1)");
        Refusal.Of<InvalidOperationException>(
            () => adaGrad.AddGroup([store["w0"]], options => options with { InitialAccumulatorValue = 1 }),
            "start the state sum at 1 instead of 8",
            "has taken 1 steps; the initial value must be set before the first step");
    }

    [Test]
    public void A_parameter_follows_the_group_it_was_put_in_last()
    {
        ParameterStore store = Filled();
        var sgd = new Sgd(store, new SgdOptions { LearningRate = 0 });
        sgd.AddGroup([store["w0"]], options => options with { LearningRate = 1 });
        sgd.AddGroup([store["w0"]], options => options with { LearningRate = 0 });
        float[] before = store.Values.ToArray();
        sgd.Step();
        Bits.AssertSame(store.Values, before, $"values");
    }

    [Test]
    public void Step_counts_and_state_stay_when_a_parameter_changes_its_group()
    {
        ParameterStore store = Filled(), plain = Filled();
        var adam = new Adam(store);
        var expected = new Adam(plain);
        adam.Step();
        adam.AddGroup([store["w1"]], options => options);
        adam.Step();
        expected.Step();
        expected.Step();
        Bits.AssertSame(store.Values, plain.Values, $"values");
        Assert.That(adam.StepCount(store["w1"]), Is.EqualTo(2));
    }

    /// <summary>Twice as many groups of twice as many parameters take twice the work, which memory that is asked for counts.</summary>
    [Test]
    public void Thousands_of_groups_take_linear_work()
    {
        Work(100);
        long half = Work(1000), whole = Work(2000);
        Assert.That(whole, Is.LessThan(2.5 * half));

        static long Work(int groups)
        {
            var store = new ParameterStore();
            for (int i = 0; i < 2 * groups; i++)
                store.Add($"{i}", [1]);
            var adam = new AdamW(store);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < groups; i++)
                adam.AddGroup([store.Parameters[2 * i], store.Parameters[2 * i + 1]], options => options with { WeightDecay = 0.5 });
            adam.Step();
            foreach (ParameterGroup<AdamWOptions> group in adam.Groups)
            {
                group.Options = group.Options with { LearningRate = 0.25 };
                Assert.That(group.Parameters, Has.Count.EqualTo(ReferenceEquals(group, adam.Groups[0]) ? 0 : 2));
            }

            adam.Step();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Test]
    public void Bad_groups_are_refused_and_change_nothing()
    {
        ParameterStore store = Filled(), other = Filled();
        var sgd = new Sgd(store);
        Assert.That(() => sgd.AddGroup([other["w0"]], options => options), Throws.ArgumentException.With.Message.Contains("w0 [4, 8]"));
        Assert.That(() => sgd.AddGroup([], options => options), Throws.ArgumentException.With.Message.Contains("empty"));
        Assert.That(() => sgd.AddGroup(_ => false, options => options), Throws.ArgumentException.With.Message.Contains("empty"));
        Assert.That(() => sgd.AddGroup([store["w0"]], null!), Throws.ArgumentNullException);
        Assert.That(() => sgd.AddGroup([store["w0"]], _ => null!), Throws.ArgumentNullException);
        Assert.That(
            () => sgd.AddGroup([store["w0"]], options => options with { Momentum = 0.9 }),
            Throws.InvalidOperationException.With.Message.Contains("momentum_buffer").And.Message.Contains("no state"));
        Assert.That(
            () => sgd.AddGroup([store["w0"]], options => options with { Nesterov = true }),
            Throws.ArgumentException.With.Message.Contains("Nesterov"));
        Assert.That(sgd.Groups, Has.Count.EqualTo(1));
    }

    [Test]
    public void Two_optimizers_share_a_store_without_touching_each_others_parameters()
    {
        ParameterStore store = Filled(), whole = Filled();
        var matrices = new Sgd(store.Parameters.Where(parameter => parameter.Shape.Rank == 2));
        var vectors = new Sgd(store.Parameters.Where(parameter => parameter.Shape.Rank == 1));
        float[] before = store["b0"].Values.ToArray();
        matrices.Step();
        Bits.AssertSame(store["b0"].Values, before, $"bias");
        vectors.Step();
        new Sgd(whole).Step();
        Bits.AssertSame(store.Values, whole.Values, $"values");
        Assert.That(() => new Adam(store), Throws.ArgumentException.With.Message.Contains("w0 [4, 8]").And.Message.Contains("Sgd"));
        matrices.Detach();
        vectors.Detach();
        Assert.That(() => new Adam(store), Throws.Nothing);
        Assert.That(() => matrices.Step(), Throws.InvalidOperationException);
    }

    [Test]
    public void Several_stores_step_as_one_model_with_one_norm()
    {
        ParameterStore first = Filled(), second = Filled();
        second.Parameters[0].Gradients.Fill(100);
        var together = new Adam([.. first.Parameters, .. second.Parameters]) { GradientOptions = { ClipNorm = 1 } };
        double norm = Math.Sqrt(first.Gradients.ToArray().Concat(second.Gradients.ToArray()).Sum(g => (double)g * g));

        ParameterStore alone = Filled();
        var expected = new Adam(alone) { GradientOptions = { Scale = 1 / (norm + 1e-6) } };
        StepResult result = together.Step();
        expected.Step();
        Assert.That(result.GradientNorm, Is.EqualTo(norm).Within(1e-13).Percent);
        Bits.AssertSame(first.Values, alone.Values, $"values");
    }

    private static ParameterStore Filled()
    {
        var store = new ParameterStore();
        for (int layer = 0; layer < 3; layer++)
        {
            store.Add($"w{layer}", [4, 8]);
            store.Add($"b{layer}", [4]);
        }

        store.Freeze();
        var random = new Random(6);
        foreach (Parameter parameter in store.Parameters)
        {
            FloatSamples.FillSpread(parameter.Values, random, -1, 1);
            FloatSamples.FillSpread(parameter.Gradients, random, -1, 1);
        }

        return store;
    }
}
