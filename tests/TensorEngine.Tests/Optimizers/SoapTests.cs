using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Oracles;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>What one step of <see cref="Soap"/> does not show: its bases, and how they follow over many.</summary>
public sealed class SoapTests
{
    [TestCase(1)]
    [TestCase(4)]
    public void TheWholePathIsTheOracles(int frequency)
    {
        Shape shape = [6, 6];
        var options = new SoapOptions { LearningRate = 0.02, PreconditionFrequency = frequency, ShampooBeta = 0.8 };
        (Parameter parameter, Soap soap) = Make(shape, options);
        double[] truth = [.. parameter.Values.ToArray().Select(x => (double)x)];
        var state = new OracleState();
        var random = new Random(3);
        for (int step = 1; step <= 24; step++)
        {
            FloatSamples.FillSpread(parameter.Gradients, random, -1, 0.5);
            SoapOracle.Step(shape, truth, [.. parameter.Gradients.ToArray().Select(g => (double)g)], state, options, step);
            soap.Step();
            Assert.That(parameter.Values.ToArray(), Is.EqualTo(truth).AsCollection.Within(2e-5), $"step {step}");
        }
    }

    [TestCase(1, 40)]
    [TestCase(33, 20)]
    [TestCase(24, 24)]
    public void BasesAreOrthonormalAndMakeTheAveragesNearlyDiagonal(int rows, int columns)
    {
        (Parameter parameter, Soap soap) = Make([rows, columns], new() { PreconditionFrequency = 1, ShampooBeta = 0.9 });
        var random = new Random(4);
        // Rows and columns of sizes of their own, so that eigenvalues lie apart.
        for (int step = 0; step < 60; step++)
        {
            for (int i = 0; i < parameter.Length; i++)
            {
                double size = Math.Pow(1.3, -(i / columns)) * Math.Pow(1.3, -(i % columns));
                parameter.Gradients[i] = (float)(size * (random.NextDouble() - 0.5));
            }

            soap.Step();
            foreach ((string side, int length) in new[] { ("left", rows), ("right", columns) })
            {
                float[] basis = soap.State(parameter, $"{side}_basis").ToArray(), average = soap.State(parameter, $"{side}_average").ToArray();
                double trace = Enumerable.Range(0, length).Sum(i => (double)average[i * length + i]);
                for (int i = 0; i < length; i++)
                {
                    for (int j = 0; j < length; j++)
                    {
                        double product = 0, turned = 0;
                        for (int k = 0; k < length; k++)
                        {
                            product += (double)basis[k * length + i] * basis[k * length + j];
                            for (int l = 0; l < length; l++)
                                turned += (double)basis[k * length + i] * average[k * length + l] * basis[l * length + j];
                        }

                        Assert.That(product, Is.EqualTo(i == j ? 1 : 0).Within(1e-6), $"{side}, {i}, {j}, step {step}");
                        // At first all the way; later one step of the iteration from a basis that was right a step ago.
                        if (i != j)
                            Assert.That(turned / trace, Is.Zero.Within(step == 0 ? 1e-6 : 0.1), $"{side}, {i}, {j}, step {step}");
                    }
                }

                if (step == 0)
                    AssertDescending(basis, average, length);
            }
        }
    }

    [Test]
    public void BitsAreTheSameOnThreads()
    {
        float[]? expected = null;
        using var threads = new Workers(3) { ShareAll = true };
        foreach (Workers? workers in new[] { null, threads })
        {
            (Parameter parameter, Soap soap) = Make([70, 50], new() { PreconditionFrequency = 2 });
            soap.Workers = workers;
            var random = new Random(7);
            for (int step = 0; step < 6; step++)
            {
                FloatSamples.FillSpread(parameter.Gradients, random, -1, 0.5);
                soap.Step();
            }

            float[] everything = [.. parameter.Values, .. soap.StateNames.SelectMany(name => soap.State(parameter, name).ToArray())];
            expected ??= everything;
            Bits.AssertSame(everything, expected, $"{workers?.ThreadCount} threads");
        }
    }

    [Test]
    public void OnlyMatricesHaveBasesAndNoLongSides()
    {
        var store = new ParameterStore();
        Parameter weight = store.Add("weight", [3, 4, 5]), bias = store.Add("bias", [3]);
        var soap = new Soap(store, new() { MaximumSide = 10 });
        Assert.That(soap.State(weight, "left_basis").Length, Is.EqualTo(9));
        Assert.That(soap.State(weight, "right_basis").Length, Is.Zero);
        Assert.That(soap.State(bias, "left_average").Length + soap.State(bias, "right_average").Length, Is.Zero);
    }

    [Test]
    public void AnotherMaximumSideIsRefused()
    {
        var store = new ParameterStore();
        Parameter weight = store.Add("weight", [3, 4]);
        var soap = new Soap(store);
        const string Message = "MaximumSide is 2, but this optimizer was created with 10000";
        Assert.That(() => soap.Options = soap.Options with { MaximumSide = 2 }, Throws.InvalidOperationException.With.Message.Contains(Message));
        Assert.That(
            () => soap.AddGroup([weight], options => options with { MaximumSide = 2 }), Throws.InvalidOperationException.With.Message.Contains(Message));
        Assert.That(
            () => new SoapOptions { MaximumSide = 46_341 }, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("MaximumSide is 46341"));
        Assert.That(
            () => new SoapOptions { PreconditionFrequency = 0 },
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("PreconditionFrequency is 0"));
    }

    [Test]
    public void StateThatNoBufferHoldsIsRefusedBeforeAnythingIsTaken()
    {
        var store = new ParameterStore();
        store.Add("long", [46_340, 1]);
        store.Add("longer", [46_340, 1]);
        Assert.That(
            () => new Soap(store, new() { MaximumSide = 46_340 }),
            Throws.ArgumentException.With.Message.Contains("parameters need more floats of state left_average than"));
    }

    private static void AssertDescending(float[] basis, float[] average, int length)
    {
        double last = double.PositiveInfinity;
        for (int j = 0; j < length; j++)
        {
            double size = 0;
            for (int i = 0; i < length; i++)
            {
                for (int k = 0; k < length; k++)
                    size += (double)basis[i * length + j] * average[i * length + k] * basis[k * length + j];
            }

            Assert.That(size, Is.LessThanOrEqualTo(last + 1e-6 * Math.Abs(average[0]) + 1e-9));
            last = size;
        }
    }

    private static (Parameter Parameter, Soap Soap) Make(Shape shape, SoapOptions options)
    {
        var store = new ParameterStore();
        Parameter parameter = store.Add("weight", shape);
        var soap = new Soap(store, options);
        FloatSamples.FillSpread(parameter.Values, new Random(1), -1, 0.5);
        return (parameter, soap);
    }
}
