using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>What all optimizer objects share: the parameters they own, their options, their state and their step counts.</summary>
public sealed class OptimizerTests
{
    [Test]
    public void ParametersAreInTheOrderOfTheirStores()
    {
        ParameterStore first = NewStore("a", "b", "c"), second = NewStore("d", "e");
        var sgd = new Sgd([second["e"], first["c"], second["d"], first["a"]]);
        Assert.That(sgd.Parameters.Select(parameter => parameter.Name), Is.EqualTo(new[] { "d", "e", "a", "c" }));
    }

    [Test]
    public void OnlyTheGivenParametersMove()
    {
        ParameterStore store = NewStore("a", "b", "c", "d"), other = NewStore("e", "f");
        var momentum = new Momentum([store["a"], store["c"], store["d"], other["f"]], new() { LearningRate = 1 });
        Fill(store, values: 5, gradients: 1);
        Fill(other, values: 5, gradients: 1);

        momentum.Step();

        foreach (Parameter parameter in store.Parameters.Concat(other.Parameters))
        {
            bool moved = momentum.Parameters.Contains(parameter);
            Assert.That(parameter.Values.ContainsAnyExcept(moved ? 4 : 5), Is.False, parameter.Name);
        }

        Assert.That(momentum.StepCount(other["f"]), Is.EqualTo(1));
        Assert.That(momentum.State(store["d"], "velocity").ToArray(), Is.All.EqualTo(-1f));
    }

    [Test]
    public void TwoOptimizersCanShareAStore()
    {
        ParameterStore store = NewStore("a", "b", "c");
        var sgd = new Sgd([store["a"], store["c"]], new() { LearningRate = 1 });
        var momentum = new Momentum([store["b"]], new() { LearningRate = 2 });
        Fill(store, values: 5, gradients: 1);

        sgd.Step();
        momentum.Step();
        momentum.Step();

        Assert.That(store.Parameters.Select(parameter => parameter.Values[0]), Is.EqualTo(new[] { 4f, 5 - 2 - 3.8f, 4f }));
        Assert.That(store.Parameters.Select(p => (p == store["b"] ? (Optimizer)momentum : sgd).StepCount(p)), Is.EqualTo(new[] { 1L, 2, 1 }));
    }

    [Test]
    public void OptionsAndRateCanBeChangedBetweenSteps()
    {
        ParameterStore store = NewStore("a");
        var options = new SgdOptions { LearningRate = 1 };
        var sgd = new Sgd(store, options);
        Fill(store, values: 0, gradients: 1);

        sgd.Step();
        Assert.That(store["a"].Values[0], Is.EqualTo(-1));

        sgd.Groups[0].LearningRate = 10;
        sgd.Options = sgd.Options with { Maximize = true };
        sgd.Step();
        Assert.That(store["a"].Values[0], Is.EqualTo(9));
        Assert.That(sgd.Groups[0].InitialLearningRate, Is.EqualTo(1));
        Assert.That(options, Is.EqualTo(new SgdOptions { LearningRate = 1 }));

        sgd.Options = sgd.Options with { LearningRate = 2 };
        Assert.That((sgd.Groups[0].LearningRate, sgd.Groups[0].InitialLearningRate), Is.EqualTo((2, 2)));
        sgd.Step();
        Assert.That(store["a"].Values[0], Is.EqualTo(11));
    }

    [Test]
    public void WithoutOptionsTheDefaultsHold()
    {
        Assert.Multiple(() =>
        {
            Assert.That(new Sgd(NewStore("a")).Options, Is.EqualTo(new SgdOptions()));
            Assert.That(new Momentum(NewStore("a")).Options, Is.EqualTo(new MomentumOptions()));
            Assert.That(new AdaGrad(NewStore("a")).Options, Is.EqualTo(new AdaGradOptions()));
            Assert.That(new Adam(NewStore("a")).Options, Is.EqualTo(new AdamOptions()));
            Assert.That(new AdamW(NewStore("a")).Options, Is.EqualTo(new AdamWOptions()));
            Assert.That(new AdamW([NewStore("a")["a"]]).Options, Is.EqualTo(new AdamWOptions()));
        });
    }

    [Test]
    public void AParameterBelongsToOneOptimizerAtMost()
    {
        ParameterStore store = NewStore("a", "b"), untouched = NewStore("c");
        var sgd = new Sgd([store["b"]]);
        Refusal.OfArgument<ArgumentException>("parameters", () => _ = new Adam(store), "b [3]", "another optimizer (Sgd)", "can have only one optimizer");
        Refusal.OfArgument<ArgumentException>("parameters", () => _ = new AdaGrad([untouched["c"], store["a"], store["b"]]), "b [3]");

        // Nothing has been taken: neither the layout nor the parameters before the one that is refused.
        Assert.That(untouched.IsFrozen, Is.False);
        _ = new Momentum([untouched["c"], store["a"]]);

        sgd.Detach();
        Assert.That(new Adam([store["b"]]).StepCount(store["b"]), Is.Zero);
    }

    [Test]
    public void ADetachedOptimizerCannotStep()
    {
        ParameterStore store = NewStore("a");
        var sgd = new Sgd(store, new() { LearningRate = 1 });
        Fill(store, values: 5, gradients: 1);
        sgd.Detach();
        sgd.Detach();

        Refusal.Of<InvalidOperationException>(() => sgd.Step(), "detached");
        Assert.That(store["a"].Values.ToArray(), Is.All.EqualTo(5f));
        Assert.That(sgd.StepCount(store["a"]), Is.Zero);
    }

    [Test]
    public void DetachingLeavesTheParametersOfOthers()
    {
        ParameterStore store = NewStore("a");
        var first = new Sgd(store);
        first.Detach();
        var second = new Sgd(store);
        first.Detach();
        Refusal.OfArgument<ArgumentException>("parameters", () => _ = new Sgd(store), "another optimizer");
        second.Step();
    }

    [Test]
    public void ParametersThatAreNoneAreRefused()
    {
        ParameterStore store = NewStore("a", "b");
        Refusal.OfArgument<ArgumentNullException>("parameters", () => _ = new Adam(null!));
        Refusal.OfArgument<ArgumentException>("parameters", () => _ = new Momentum([]), "parameters is empty", "at least one");
        Refusal.OfArgument<ArgumentException>("parameters", () => _ = new AdamW(new ParameterStore()), "at least one");
        Refusal.OfArgument<ArgumentException>("parameters", () => _ = new AdaGrad([store["a"], null!]), "null");
        Refusal.OfArgument<ArgumentException>("parameters", () => _ = new AdaGrad([store["a"], store["b"], store["a"]]), "a [3] twice", "once");
        Assert.That(store.IsFrozen, Is.False);
        _ = new Sgd(store);
    }

    [Test]
    public void MoreElementsThanOneStateBufferHoldsAreRefused()
    {
        ParameterStore first = new(), second = new();
        first.Add("a", [1 << 30]);
        second.Add("b", [1 << 30]);
        Refusal.OfArgument<ArgumentException>(
            "parameters", () => _ = new Sgd([first["a"], second["b"]]), $"{1L << 31} elements", $"at most {AlignedBuffer.MaxLength}");
        Assert.That(first.IsFrozen || second.IsFrozen, Is.False, "memory was taken");
    }

    [Test]
    public void StateIsLookedUpByParameterAndName()
    {
        ParameterStore store = NewStore("a", "b");
        var adam = new Adam([store["a"]]);
        var sgd = new Sgd([store["b"]]);
        Refusal.OfArgument<ArgumentException>("parameter", () => adam.StepCount(store["b"]), "b [3]", "this optimizer does not step");
        Refusal.OfArgument<ArgumentException>("parameter", () => adam.State(store["b"], "exp_avg"), "b [3]", "this optimizer does not step");
        Refusal.OfArgument<ArgumentNullException>("parameter", () => adam.StepCount(null!));
        Refusal.OfArgument<ArgumentException>("stateName", () => adam.State(store["a"], "velocity"), "\"velocity\"", "exp_avg, exp_avg_sq");
        Refusal.OfArgument<ArgumentException>("stateName", () => sgd.State(store["b"], "velocity"), "\"velocity\"", "no state");
    }

    [Test]
    public void ContradictingSgdOptionsAreRefusedBeforeAnythingChanges()
    {
        ParameterStore store = NewStore("a");
        Refusal.OfArgument<ArgumentException>(
            "options", () => _ = new Sgd(store, new() { Nesterov = true }), "Momentum 0", "Dampening 0", "positive momentum and no dampening");
        Assert.That(store.IsFrozen, Is.False);

        var sgd = new Sgd(store, new() { LearningRate = 1, Momentum = 0.9 });
        Fill(store, values: 5, gradients: 1);
        SgdOptions before = sgd.Options;
        Refusal.OfArgument<ArgumentException>(
            "Options", () => sgd.Options = before with { Nesterov = true, Dampening = 0.5 }, "Momentum 0.9", "Dampening 0.5");
        Assert.That(sgd.Options, Is.SameAs(before));
        sgd.Options = before with { Nesterov = true };
        sgd.Step();
        Assert.That(sgd.StepCount(store["a"]), Is.EqualTo(1));
    }

    [Test]
    public void SgdMadeWithoutMomentumCannotGetAny()
    {
        ParameterStore store = NewStore("a");
        var sgd = new Sgd(store, new() { LearningRate = 1 });
        Fill(store, values: 5, gradients: 1);
        SgdOptions before = sgd.Options;
        Refusal.Of<InvalidOperationException>(
            () => sgd.Options = before with { Momentum = 0.5 }, "need the state momentum_buffer", "created with no state");
        Assert.That(sgd.Options, Is.SameAs(before));
        sgd.Step();
        Assert.That(store["a"].Values[0], Is.EqualTo(4));
    }

    private static ParameterStore NewStore(params string[] names)
    {
        var store = new ParameterStore();
        foreach (string name in names)
            store.Add(name, [3]);
        return store;
    }

    private static void Fill(ParameterStore store, float values, float gradients)
    {
        foreach (Parameter parameter in store.Parameters)
        {
            parameter.Values.Fill(values);
            parameter.Gradients.Fill(gradients);
        }
    }
}
