using NUnit.Framework;
using TensorEngine.Checkpoints;
using TensorEngine.Compression;
using TensorEngine.Files;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Compression;

/// <summary>Who keeps which state how, and how it goes from one way of keeping it to another.</summary>
public sealed class CompressionOptionTests
{
    [Test]
    public void GroupsInheritAndMayDiffer()
    {
        var store = Store();
        var adam = new Adam(store, new() { StateCompression = StateCodec.BFloat16 });
        adam.AddGroup([store["b"]], options => options with { WeightDecay = 0.1 });
        adam.AddGroup([store["c"]], options => options with { StateCompression = StateCodec.Block8 });

        Assert.That(
            store.Select(parameter => adam.CodecOf(parameter, "exp_avg")),
            Is.EqualTo((StateCodec[])[StateCodec.BFloat16, StateCodec.BFloat16, StateCodec.Block8]));
    }

    [Test]
    public void AKindOfStateMayHaveACodecOfItsOwn()
    {
        var store = Store();
        StateCompression mixed = new StateCompression(StateCodec.Block8).With("exp_avg_sq", StateCodec.Float32);
        var adam = new Adam(store, new() { StateCompression = mixed });
        var plain = new Adam(Store());
        Step(adam, plain);

        Assert.Multiple(() =>
        {
            Assert.That(adam.CodecOf(store["a"], "exp_avg"), Is.EqualTo(StateCodec.Block8));
            Assert.That(adam.CodecOf(store["a"], "exp_avg_sq"), Is.EqualTo(StateCodec.Float32));
            Assert.That(mixed.ToString(), Is.EqualTo("Block8 from 4096 elements, exp_avg_sq as Float32"));
        });
        Bits.AssertSame(adam.State(store["a"], "exp_avg_sq"), plain.State(plain.Parameters[0], "exp_avg_sq"), $"what is float32");
    }

    [Test]
    public void StateMovesWhenTheOptionChanges([Values(StateCodec.BFloat16, StateCodec.Block8)] StateCodec codec)
    {
        var store = Store();
        var adam = new Adam(store);
        Step(adam);
        float[] before = [.. adam.State(store["a"], "exp_avg_sq")], after = new float[before.Length];
        adam.Options = adam.Options with { StateCompression = codec };
        adam.ReadState(store["a"], "exp_avg_sq", after);

        Assert.That(adam.CodecOf(store["a"], "exp_avg_sq"), Is.EqualTo(codec));
        for (int i = 0; i < before.Length; i++)
            Assert.That(after[i], Is.EqualTo(before[i]).Within(0.14 * before[i]));
        adam.Options = adam.Options with { StateCompression = StateCompression.None };
        Bits.AssertSame(adam.State(store["a"], "exp_avg_sq"), after, $"as floats again");
        Step(adam);
    }

    [Test]
    public void WhatCannotBeIsRefused()
    {
        var store = Store();
        Refusal.OfArgument<ArgumentException>(
            "options",
            () => _ = new Lamb(store, new() { StateCompression = StateCodec.BFloat16 }),
            "Lamb needs whole parameters");
        Refusal.OfArgument<ArgumentException>(
            "options",
            () => _ = new Adam(store, new() { StateCompression = new StateCompression(StateCodec.Block8).With("v", StateCodec.BFloat16) }),
            "names the state \"v\"; Adam has exp_avg, exp_avg_sq");
        Refusal.OfArgument<ArgumentOutOfRangeException>("codec", () => _ = new StateCompression((StateCodec)7), "codec is 7");
        Refusal.OfArgument<ArgumentOutOfRangeException>(
            "LeastLength", () => _ = new StateCompression(StateCodec.Block8) { LeastLength = 0 }, "LeastLength is 0");

        var adam = new Adam(store, new() { StateCompression = StateCodec.BFloat16 });
        Refusal.Of<InvalidOperationException>(() => adam.State(store["a"], "exp_avg"), "exp_avg is kept as BFloat16");
        Refusal.OfArgument<ArgumentException>(
            "destination", () => adam.ReadState(store["a"], "exp_avg", new float[3]), "destination has 3");
        Refusal.OfArgument<ArgumentException>("source", () => adam.WriteState(store["a"], "exp_avg", new float[3]), "source has 3");
        Refusal.Of<ArgumentException>(
            () => adam.Options = adam.Options with { StateCompression = StateCompression.None.With("v", StateCodec.Block8) }, "\"v\"");
        Assert.That(adam.CodecOf(store["a"], "exp_avg"), Is.EqualTo(StateCodec.BFloat16));
    }

    [Test]
    public void StateIsLoadedFromEveryCodecIntoEveryOther(
        [Values] StateCodec from, [Values] StateCodec to)
    {
        var saved = new Adam(Store(), new() { StateCompression = from });
        Step(saved);
        Step(saved);
        using var file = new MemoryStream();
        new Checkpoint(saved.Parameters[0].Store) { { "optimizer", saved } }.Save(file);
        file.Position = 0;
        var loaded = new Adam(Store(), new() { StateCompression = to });
        new Checkpoint(loaded.Parameters[0].Store) { { "optimizer", loaded } }.Load(file);

        for (int slot = 0; slot < 3; slot++)
        {
            foreach (string name in saved.StateNames)
            {
                float[] expected = Read(saved, slot, name), actual = Read(loaded, slot, name);
                double most = from == to ? 0 : to == StateCodec.Float32 ? 0 : 0.14;
                float largest = expected.Max(Math.Abs);
                for (int i = 0; i < expected.Length; i++)
                    Assert.That(actual[i], Is.EqualTo(expected[i]).Within(most * Math.Max(Math.Abs(expected[i]), 1e-4 * largest)));
            }
        }

        Assert.That(loaded.StepCount(loaded.Parameters[0]), Is.EqualTo(2));
    }

    [Test]
    public void AFileHasTheCodes()
    {
        StateCompression mixed = new StateCompression(StateCodec.Block8).With("exp_avg", StateCodec.BFloat16);
        var adam = new Adam(Store(), new() { StateCompression = mixed });
        var lion = new Lion(Store("d"), new() { StateCompression = StateCodec.Block8 });
        Step(adam, lion);
        using var file = new MemoryStream();
        new Checkpoint(adam.Parameters[0].Store, lion.Parameters[0].Store) { { "adam", adam }, { "lion", lion } }.Save(file);
        file.Position = 0;
        using var opened = SafeTensorsFile.Open(file);

        Assert.Multiple(() =>
        {
            Assert.That(opened["adam/a/exp_avg"].Type, Is.EqualTo(ElementType.BF16));
            Assert.That(opened["adam/a/exp_avg_sq"].Type, Is.EqualTo(ElementType.U8));
            Assert.That(
                opened["adam/a/exp_avg_sq/unsigned_scale"].ToString(), Is.EqualTo("adam/a/exp_avg_sq/unsigned_scale F8_E8M0 [219]"));
            Assert.That(opened["lion/da/exp_avg/scale"].Type, Is.EqualTo(ElementType.F8E8M0));
        });
    }

    private static float[] Read(Optimizer optimizer, int slot, string name)
    {
        float[] state = new float[optimizer.Parameters[slot].Length];
        optimizer.ReadState(optimizer.Parameters[slot], name, state);
        return state;
    }

    private static void Step(params Optimizer[] optimizers)
    {
        foreach (Optimizer optimizer in optimizers)
        {
            foreach (Parameter parameter in optimizer.Parameters)
            {
                for (int i = 0; i < parameter.Length; i++)
                    parameter.Gradients[i] = MathF.Sin(i);
            }

            optimizer.Step();
        }
    }

    private static ParameterStore Store(string prefix = "")
    {
        var store = new ParameterStore();
        store.Add($"{prefix}a", [70, 100]);
        store.Add($"{prefix}b", [4113]);
        store.Add($"{prefix}c", [5000]);
        return store;
    }
}
