using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>What is particular to LARS, LAMB, Adafactor and Muon: static steps, state, refusals, and corners of their rules.</summary>
public sealed class ParameterwiseDetailTests
{
    [Test]
    public void StaticStepsEqualTheObjectsAtEveryAlignment([Values(0, 1, 7, 15)] int start)
    {
        const int Length = 100;
        var random = new Random(3);
        var store = new ParameterStore();
        Parameter forLars = store.Add("lars", [Length]), forLamb = store.Add("lamb", [Length]);
        store.Freeze();
        FloatSamples.FillSpread(forLars.Values, random, -2, 1);
        FloatSamples.FillSpread(forLamb.Values, random, -2, 1);
        var larsOptions = new LarsOptions { Nesterov = true, WeightDecay = 0.1 };
        var lambOptions = new LambOptions { WeightDecay = 0.1 };
        var lars = new Lars([forLars], larsOptions);
        var lamb = new Lamb([forLamb], lambOptions);
        float[][] memory = [.. Enumerable.Range(0, 7).Select(_ => new float[Length + 16])];
        Span<float> larsValues = Part(0), b = Part(1), lambValues = Part(2), m = Part(3), v = Part(4), u = Part(5), g = Part(6);
        forLars.Values.CopyTo(larsValues);
        forLamb.Values.CopyTo(lambValues);
        for (int step = 1; step <= 3; step++)
        {
            FloatSamples.FillSpread(g, random, -4, 1);
            g.CopyTo(forLars.Gradients);
            g.CopyTo(forLamb.Gradients);
            lars.Step();
            lamb.Step();
            Lars.Update(larsOptions, step, larsValues, g, b);
            Lamb.Update(lambOptions, step, lambValues, g, m, v, u);
        }

        Bits.AssertSame(larsValues, forLars.Values, $"LARS");
        Bits.AssertSame(b, lars.State(forLars, "momentum_buffer"), $"momentum buffer");
        Bits.AssertSame(lambValues, forLamb.Values, $"LAMB");
        Bits.AssertSame(m, lamb.State(forLamb, "exp_avg"), $"first moment");
        Bits.AssertSame(v, lamb.State(forLamb, "exp_avg_sq"), $"second moment");
        foreach (float[] array in memory)
            Assert.That(array[..start].Concat(array[(start + Length)..]), Is.All.Zero);

        Span<float> Part(int index) => memory[index].AsSpan(start, Length);
    }

    [Test]
    public void MuonTakesWeightsOfConvolutionsAsMatrices()
    {
        var convolution = new ParameterStore();
        Parameter weight = convolution.Add("weight", [6, 3, 2, 2]);
        convolution.Freeze();
        var perceptron = new ParameterStore();
        Parameter matrix = perceptron.Add("weight", [6, 12]);
        perceptron.Freeze();
        FloatSamples.FillSpread(weight.Values, new Random(5), -2, 1);
        weight.Values.CopyTo(matrix.Values);
        var options = new MuonOptions { RateAdjustment = MuonRateAdjustment.MatchRmsAdamW };
        Muon ofConvolution = new(convolution, options), ofMatrix = new(perceptron, options);
        for (int step = 0; step < 3; step++)
        {
            FloatSamples.FillSpread(weight.Gradients, new Random(step), -4, 1);
            weight.Gradients.CopyTo(matrix.Gradients);
            ofConvolution.Step();
            ofMatrix.Step();
        }

        Bits.AssertSame(matrix.Values, weight.Values, $"values");
        Assert.That(weight.Values.ToArray(), Is.Not.All.EqualTo(weight.Values[0]));
    }

    [Test]
    public void AdafactorKeepsRowsAndColumnsOfMatricesAndSinglesOfVectors()
    {
        var store = new ParameterStore();
        Parameter matrix = store.Add("matrix", [3, 5]), tensor = store.Add("tensor", [2, 3, 4]), vector = store.Add("vector", [7]), scalar = store.Add("scalar", []);
        var adafactor = new Adafactor(store);
        Assert.That(adafactor.StateNames, Is.EqualTo(new[] { "row_var", "col_var", "variance" }));
        Assert.That(Sizes(matrix), Is.EqualTo(new[] { 3, 5, 0 }));
        Assert.That(Sizes(tensor), Is.EqualTo(new[] { 6, 8, 0 }));
        Assert.That(Sizes(vector), Is.EqualTo(new[] { 0, 0, 7 }));
        Assert.That(Sizes(scalar), Is.EqualTo(new[] { 0, 0, 1 }));

        matrix.Gradients.Fill(2);
        matrix.Gradients[5] = 0;
        adafactor.Step();
        Assert.That(adafactor.State(matrix, "row_var").ToArray(), Is.EqualTo(new[] { 4, 3.2f, 4 }));
        Assert.That(adafactor.State(matrix, "col_var").ToArray(), Is.EqualTo(new[] { 8f / 3, 4, 4, 4, 4 }));

        int[] Sizes(Parameter parameter) => [.. adafactor.StateNames.Select(name => adafactor.State(parameter, name).Length)];
    }

    [Test]
    public void AdafactorsNaNStaysInItsElementOfAVector()
    {
        var store = new ParameterStore();
        Parameter vector = store.Add("vector", [20]);
        var adafactor = new Adafactor(store);
        vector.Gradients.Fill(1);
        vector.Gradients[3] = float.NaN;
        adafactor.Step();
        adafactor.Step();
        for (int i = 0; i < vector.Length; i++)
            Assert.That(float.IsNaN(vector.Values[i]), Is.EqualTo(i == 3), $"element {i}");
    }

    [Test]
    public void AdafactorIsRightWhereGradientsAreTinyOrHuge([Values(1e-30f, 1e-18f, 1e15f)] float scale)
    {
        var store = new ParameterStore();
        Parameter matrix = store.Add("matrix", [4, 4]);
        var adafactor = new Adafactor(store, new AdafactorOptions { Epsilon1 = 1e-7 });
        matrix.Gradients.Fill(scale);
        adafactor.Step();
        // Rows and columns have the mean scale^2; below epsilon1 squared the direction is gradient / epsilon1, above it 1.
        double expected = -1e-3 * 1e-2 * Math.Min(1, scale / 1e-7);
        Assert.That(matrix.Values[0], Is.EqualTo(expected).Within(1e-4).Percent);
    }

    [Test]
    public void MuonRefusesWhatIsNoMatrixAndTakesNothing()
    {
        var store = new ParameterStore();
        Parameter matrix = store.Add("weight", [3, 5]);
        store.Add("bias", [5]);
        Refusal.OfArgument<ArgumentException>("parameters", () => _ = new Muon(store), "bias [5]", "1 dimensions", "Muon");
        Assert.That(store.IsFrozen, Is.False);
        Assert.That(new Muon([matrix]).Parameters, Is.EqualTo(new[] { matrix }));
        Refusal.OfArgument<ArgumentNullException>("parameters", () => _ = new Muon((IEnumerable<Parameter>)null!));
        Refusal.OfArgument<ArgumentException>("parameters", () => _ = new Muon([null!]), "null");
    }

    [Test]
    public void MuonsStepIsNearlyOrthogonalAndDoesNotSeeTheGradientsSize([Values(1e-4f, 1f, 1e20f)] float scale)
    {
        var store = new ParameterStore();
        Parameter matrix = store.Add("weight", [8, 6]);
        var muon = new Muon(store, new MuonOptions { LearningRate = 1, WeightDecay = 0, NewtonSchulzCoefficients = new(1.5, -0.5, 0), NewtonSchulzSteps = 40 });
        var random = new Random(5);
        foreach (ref float g in matrix.Gradients)
            g = scale * (float)(random.NextDouble() - 0.5);
        muon.Step();
        for (int i = 0; i < 6; i++)
        {
            for (int j = 0; j < 6; j++)
            {
                double product = Enumerable.Range(0, 8).Sum(k => (double)matrix.Values[k * 6 + i] * matrix.Values[k * 6 + j]) * 6 / 8;
                Assert.That(product, Is.EqualTo(i == j ? 1 : 0).Within(1e-5));
            }
        }
    }

    [Test]
    public void ImpossibleOptionsAreRefused()
    {
        Refusal.OfArgument<ArgumentOutOfRangeException>("TrustCoefficient", () => _ = new LarsOptions { TrustCoefficient = -1 }, "-1", "at least 0");
        Refusal.OfArgument<ArgumentOutOfRangeException>("MaximumTrustRatio", () => _ = new LambOptions { MaximumTrustRatio = double.NaN }, "NaN");
        Refusal.OfArgument<ArgumentOutOfRangeException>("Beta1", () => _ = new LambOptions { Beta1 = 1 }, "below 1");
        Refusal.OfArgument<ArgumentOutOfRangeException>("Beta2Decay", () => _ = new AdafactorOptions { Beta2Decay = 0.1 }, "0.1", "at most 0");
        Refusal.OfArgument<ArgumentOutOfRangeException>("ClippingThreshold", () => _ = new AdafactorOptions { ClippingThreshold = 0.5 }, "0.5", "at least 1");
        Refusal.OfArgument<ArgumentOutOfRangeException>("NewtonSchulzSteps", () => _ = new MuonOptions { NewtonSchulzSteps = 100 }, "100", "at most 99");
        Refusal.OfArgument<ArgumentOutOfRangeException>(
            "NewtonSchulzCoefficients.B", () => _ = new MuonOptions { NewtonSchulzCoefficients = new(1, double.NaN, 0) }, "NaN");
        var store = new ParameterStore();
        store.Add("p", [3]);
        var lars = new Lars(store, new LarsOptions { Momentum = 0 });
        Refusal.Of<InvalidOperationException>(
            () => lars.Options = lars.Options with { Momentum = 0.5 }, "need the state momentum_buffer", "created with no state");
        Refusal.OfArgument<ArgumentException>("direction", () => Lamb.Update(new(), 1, new float[2], new float[2], new float[2], new float[2], new float[3]), "3", "2");
        Refusal.OfArgument<ArgumentOutOfRangeException>("step", () => Lars.Update(new(), 0, new float[2], new float[2], new float[2]), "0");
        Refusal.OfArgument<ArgumentException>("state0", () => Lars.Update(new(), 1, new float[2], new float[2]), "0 state buffers are given", "has 1");
    }
}
