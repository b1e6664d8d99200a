using NUnit.Framework;
using TensorEngine.Averages;
using TensorEngine.Checkpoints;
using TensorEngine.Compression;
using TensorEngine.Files;
using TensorEngine.Generators;
using TensorEngine.Initializers;
using TensorEngine.Numerics;
using TensorEngine.Numerics.Products;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Compression;

/// <summary>A store of bf16 beside one of floats: what it keeps, what is saved and loaded, and what is refused.</summary>
public sealed class BFloat16StoreTests
{
    [Test]
    public void ParametersArePaddedToWholeLinesOfTheCache()
    {
        ParameterStore store = Store();
        Assert.Multiple(() =>
        {
            Assert.That(store.Precision, Is.EqualTo(ValuePrecision.BFloat16));
            Assert.That(store.Select(parameter => parameter.Offset), Is.EqualTo((int[])[0, 1504]));
            Assert.That(store.BFloat16Values.Length, Is.EqualTo(1536));
            Assert.That(new ParameterStore().Precision, Is.EqualTo(ValuePrecision.Float32));
        });
    }

    [Test]
    public void InitialValuesAreThoseOfFloatsRounded()
    {
        ParameterStore store = Store(), floats = Store(ValuePrecision.Float32);
        Initialize.Linear(store["w"], new Philox(3), store["b"]);
        Initialize.Linear(floats["w"], new Philox(3), floats["b"]);
        foreach (string name in (string[])["w", "b"])
        {
            Assert.That(
                store[name].BFloat16Values.ToArray(), Is.EqualTo(floats[name].Values.ToArray().Select(BFloat16.FromSingle)), name);
        }

        ushort[] before = store["w"].BFloat16Values.ToArray();
        Assert.That(() => Initialize.Normal(store["w"], new Philox(3), 0, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(store["w"].BFloat16Values.ToArray(), Is.EqualTo(before));
    }

    [Test]
    public void ValuesGoIntoAFileAsTheyAreAndIntoFloatsAndBack([Values] bool areGradientsAccumulated)
    {
        ParameterStore store = Store();
        Initialize.Normal(store["w"], new Philox(4));
        var adam = new Adam(store) { GradientOptions = { StepEvery = areGradientsAccumulated ? 2 : 1 } };
        Fill(store);
        adam.Step();
        using var file = new MemoryStream();
        new Checkpoint(store) { { "adam", adam } }.Save(file);
        file.Position = 0;
        using (var opened = SafeTensorsFile.Open(file, leaveOpen: true))
            Assert.That(opened["w"].Type, Is.EqualTo(ElementType.BF16));

        ParameterStore again = Store(), floats = Store(ValuePrecision.Float32);
        file.Position = 0;
        new Checkpoint(again) { { "adam", new Adam(again) { GradientOptions = { StepEvery = areGradientsAccumulated ? 2 : 1 } } } }
            .Load(file);
        Assert.That(again.BFloat16Values.ToArray(), Is.EqualTo(store.BFloat16Values.ToArray()));
        if (areGradientsAccumulated)
            Assert.That(again.BFloat16Gradients.ToArray(), Is.EqualTo(store.BFloat16Gradients.ToArray()));

        file.Position = 0;
        Checkpoint.LoadValues(file, floats);
        Assert.That(floats["w"].Values.ToArray(), Is.EqualTo(store["w"].BFloat16Values.ToArray().Select(BFloat16.ToSingle)));
        floats["w"].Values[0] = 1.0001f;
        using var second = new MemoryStream();
        new Checkpoint(floats).Save(second);
        second.Position = 0;
        Checkpoint.LoadValues(second, again);
        Assert.That(again["w"].BFloat16Values[0], Is.EqualTo(0x3F80));
        Assert.That(again["w"].BFloat16Values[1..].ToArray(), Is.EqualTo(store["w"].BFloat16Values[1..].ToArray()));
    }

    /// <summary>A step of 1 of 200 of a unit of the last place: to the nearest it would never be taken.</summary>
    [Test]
    public void StepsThatAreTooSmallToBeSeenAddUp()
    {
        const int Steps = 400;
        var store = new ParameterStore(ValuePrecision.BFloat16);
        Parameter weight = store.Add("weight", [4096]);
        Initialize.Ones(weight);
        var sgd = new Sgd(store, new() { LearningRate = 1 });
        weight.BFloat16Gradients.Fill(BFloat16.FromSingle(-1 / 25600f));
        for (int i = 0; i < Steps; i++)
            sgd.Step();

        // Two units of the last place in 400 steps: some elements take one or none, some more; all of them together as they should.
        double expected = 1 + Steps * (double)BFloat16.ToSingle(BFloat16.FromSingle(1 / 25600f)), sum = 0;
        foreach (ushort one in weight.BFloat16Values)
        {
            sum += BFloat16.ToSingle(one);
            Assert.That(BFloat16.ToSingle(one), Is.EqualTo(expected).Within(3 / 128.0));
        }

        Assert.That(sum / 4096 - 1, Is.EqualTo(expected - 1).Within(0.02 * (expected - 1)));
    }

    [TestCase(double.PositiveInfinity)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void TheNormIsThatOfTheWidenedGradients(double power)
    {
        ParameterStore store = Store(), floats = Store(ValuePrecision.Float32);
        var sgd = new Sgd(store) { GradientOptions = { ClipNorm = 1, NormPower = power } };
        var plain = new Sgd(floats) { GradientOptions = { ClipNorm = 1, NormPower = power } };
        Fill(store);
        BFloat16.Widen(store["w"].BFloat16Gradients, floats["w"].Gradients);
        BFloat16.Widen(store["b"].BFloat16Gradients, floats["b"].Gradients);
        Assert.That(sgd.Step().GradientNorm, Is.EqualTo(plain.Step().GradientNorm).Within(1e-12).Percent);
    }

    [Test]
    public void ANotFiniteGradientIsSkipped()
    {
        ParameterStore store = Store();
        var adam = new Adam(store) { GradientOptions = { SkipNonFinite = true } };
        store["b"].BFloat16Gradients[3] = 0x7FC0;
        ushort[] before = store.BFloat16Values.ToArray();
        Assert.That(adam.Step().Taken, Is.False);
        Assert.That(store.BFloat16Values.ToArray(), Is.EqualTo(before));
    }

    [Test]
    public void WhatNeedsFloatsIsRefused()
    {
        ParameterStore store = Store();
        Refusal.OfArgument<ArgumentOutOfRangeException>("precision", () => _ = new ParameterStore((ValuePrecision)7), "precision is 7");
        Refusal.Of<InvalidOperationException>(() => _ = store.Values.Length, "The store keeps BFloat16, so it has no Values");
        Refusal.Of<InvalidOperationException>(
            () => _ = store["w"].Gradients.Length, "read BFloat16Gradients, and convert it to floats with BFloat16.Widen");
        Refusal.Of<InvalidOperationException>(
            () => _ = Store(ValuePrecision.Float32).BFloat16Values.Length, "The store keeps Float32, so it has no BFloat16Values");
        Refusal.Of<InvalidOperationException>(
            () => _ = new ParameterStore(ValuePrecision.BFloat16).Values.Length, "The store keeps BFloat16");
        Refusal.Of<InvalidOperationException>(
            () => _ = new ParameterStore(ValuePrecision.BFloat16).BFloat16Values.Length, "The store has no memory yet");
        Refusal.OfArgument<ArgumentException>("parameters", () => _ = new Lamb(store), "BFloat16, but Lamb does more with values");
        Refusal.OfArgument<ArgumentException>("parameters", () => _ = new ScheduleFreeAdamW(store), "does more with values");
        Refusal.OfArgument<ArgumentException>("parameters", () => _ = new ParameterShard(store, 0, 2), "BFloat16");
        Refusal.OfArgument<ArgumentException>(
            "options", () => _ = new Adam(store, new() { Modifiers = new() { CentralizeGradients = true } }), "needs whole parameters");
        Refusal.Of<InvalidOperationException>(() => _ = new ExponentialMovingAverage(store, 0.9), "The store keeps BFloat16");
        var adam = new Adam(store);
        Refusal.OfArgument<ArgumentException>("optimizer", () => _ = new Lookahead(adam), "Lookahead needs one that keeps Float32");
        Assert.That(adam.Step().Taken, Is.True);
    }

    [Test]
    public void AProductHasTheBitsOfThatOfFloats(
        [Values(1, 3, 70)] int rows, [Values(1, 20, 600)] int columns, [Values(1, 400)] int inner, [Values] bool isTransposed)
    {
        var random = new Random(rows + columns + inner);
        float[] left = new float[rows * inner], right = new float[inner * columns], expected = new float[rows * columns];
        ushort[] halves = new ushort[right.Length];
        FloatSamples.FillSpread(left, random, -3, 1);
        FloatSamples.FillSpread(right, random, -3, 1);
        BFloat16.Round(right, halves);
        BFloat16.Widen(halves, right);
        var floats = new ReadOnlyMatrixSpan(right, isTransposed ? columns : inner, isTransposed ? inner : columns);
        var coded = new BFloat16MatrixSpan(halves, isTransposed ? columns : inner, isTransposed ? inner : columns);
        floats = isTransposed ? floats.Transposed : floats;
        coded = isTransposed ? coded.Transposed : coded;
        var from = new ReadOnlyMatrixSpan(left, rows, inner);
        MatrixProduct.Multiply(from, floats, new MatrixSpan(expected, rows, columns));
        using var workers = new Workers(2) { ShareAll = true };
        foreach (Workers? shared in (Workers?[])[null, workers])
        {
            float[] actual = new float[expected.Length];
            MatrixProduct.MultiplyBFloat16(from, coded, new MatrixSpan(actual, rows, columns), shared);
            Bits.AssertSame(actual, expected, $"product");
        }

        float[] sum = [.. expected], both = [.. expected];
        MatrixProduct.MultiplyAdd(from, floats, new MatrixSpan(sum, rows, columns));
        MatrixProduct.MultiplyAddBFloat16(from, coded, new MatrixSpan(both, rows, columns));
        Bits.AssertSame(both, sum, $"sum of products");
    }

    private static void Fill(ParameterStore store)
    {
        foreach (Parameter parameter in store)
        {
            for (int i = 0; i < parameter.Length; i++)
                parameter.BFloat16Gradients[i] = BFloat16.FromSingle(MathF.Sin(i));
        }
    }

    private static ParameterStore Store(ValuePrecision precision = ValuePrecision.BFloat16)
    {
        var store = new ParameterStore(precision);
        store.Add("w", [30, 50]);
        store.Add("b", [30]);
        store.Freeze();
        return store;
    }
}
