using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Tests.Optimizers;

/// <summary>Factors and quotients that leave the range of floats although the result does not; one case per fault seen.</summary>
public sealed class RangeTests
{
    [TestCase(true)]
    [TestCase(false)]
    public void LarsIsRightForAGradientNearZero(bool hasMomentum)
    {
        var options = new LarsOptions { LearningRate = 1, Momentum = hasMomentum ? 0.9 : 0, WeightDecay = 0, Epsilon = 0 };
        Step(parameters => new Lars(parameters, options), [10, 10, 10, 10], [1e-42f, 0, 0, 0], out float[] values);
        Assert.That(values, Is.EqualTo(new[] { 9.98f, 10, 10, 10 }).Within(1e-6f));
    }

    [Test]
    public void LarsIsRightForValuesNearZero()
    {
        var options = new LarsOptions { LearningRate = 1, Momentum = 0, WeightDecay = 0, Epsilon = 0 };
        Step(parameters => new Lars(parameters, options), [1e-20f, 0, 0, 0], [3e38f, 0, 0, 0], out float[] values);
        Assert.That(values[0], Is.EqualTo(0.999e-20f).Within(1e-26f));
    }

    [Test]
    public void LambIsRightForAGradientNearZero()
    {
        var options = new LambOptions { LearningRate = 1e-3, Epsilon = 1, WeightDecay = 0, MaximumTrustRatio = null };
        Step(parameters => new Lamb(parameters, options), [10, 10, 10, 10], [1e-40f, 0, 0, 0], out float[] values);
        Assert.That(values, Is.EqualTo(new[] { 9.98f, 10, 10, 10 }).Within(1e-4f));
    }

    [TestCase(2e38f, 1e-7)]
    [TestCase(1e-44f, 0)]
    [TestCase(1f, 0)]
    public void MuonIsRightForMatricesOfAnySize(float size, double epsilon)
    {
        var options = new MuonOptions { LearningRate = 1, WeightDecay = 0, Momentum = 0, Nesterov = false, Epsilon = epsilon };
        float[] identity = [.. Enumerable.Range(0, 16).Select(i => i % 5 == 0 ? 1f : 0)];
        float[] gradients = [.. identity.Select(one => one * size)];
        Step(parameters => new Muon(parameters, options), new float[16], gradients, out float[] values, [4, 4]);
        Assert.That(values, Is.EqualTo(identity.Select(one => one * -0.7654385f)).Within(1e-5f));
    }

    [Test]
    public void MuonWithoutEpsilonDoesNotMoveByNoGradient()
    {
        var options = new MuonOptions { LearningRate = 1, WeightDecay = 0, Epsilon = 0 };
        Step(parameters => new Muon(parameters, options), [1, 2, 3, 4], new float[4], out float[] values, [2, 2]);
        Assert.That(values, Is.EqualTo(new float[] { 1, 2, 3, 4 }));
    }

    [TestCase(16, 3e38f, 1e-6, 2.5e-7)]
    [TestCase(16, 3e38f, 1e-10, 2.5e-11)]
    [TestCase(4, 1e10f, 1e-20, 5e-21)]
    public void ClippingIsRightForNormsBeyondTheFloats(int count, float gradient, double limit, double right)
    {
        var store = new ParameterStore();
        Parameter parameter = store.Add("parameter", [count]);
        var sgd = new Sgd(store, new SgdOptions { LearningRate = 1 });
        parameter.Gradients.Fill(gradient);
        sgd.GradientOptions.ClipNorm = limit;
        sgd.Step();
        Assert.That(parameter.Values.ToArray().Select(value => (double)value), Is.All.EqualTo(-right).Within(2e-7 * right));
    }

    [Test]
    public void ARateThatLeavesTheFloatsIsRefusedAndNothingHasChanged()
    {
        var store = new ParameterStore();
        Parameter parameter = store.Add("parameter", [2]);
        var adam = new Adam(store, new AdamOptions { LearningRate = 3e38 });
        (parameter.Gradients[0], parameter.Gradients[1]) = (0, 1);
        Assert.That(() => adam.Step(), Throws.TypeOf<OverflowException>().With.Message.Contains("finite as a float"));
        Assert.That(parameter.Values.ToArray(), Is.All.Zero);
        Assert.That(adam.StepCount(parameter), Is.Zero);
        adam.Groups[0].LearningRate = 1e-3;
        adam.Step();
        Assert.That(parameter.Values.ToArray(), Is.EqualTo(new[] { 0f, -1e-3f }).Within(1e-9f));
    }

    [TestCase(4, null, null, false)]
    [TestCase(4, 1.0, null, true)]
    [TestCase(4, null, 1.0, true)]
    [TestCase(2, null, null, true)]
    public void WhetherAStepIsSkippedDependsOnWhatItWouldUse(double scale, double? clipNorm, double? clipValue, bool isTaken)
    {
        var store = new ParameterStore();
        Parameter parameter = store.Add("parameter", [3]);
        var adam = new Adam(store);
        parameter.Gradients[1] = -1e38f;
        (adam.GradientOptions.Scale, adam.GradientOptions.ClipNorm, adam.GradientOptions.ClipValue) = (scale, clipNorm, clipValue);
        adam.GradientOptions.SkipNonFinite = true;
        Assert.That(adam.Step().Taken, Is.EqualTo(isTaken));
        Assert.That(parameter.Values.ToArray(), Is.All.Matches<float>(float.IsFinite));
        Assert.That(adam.StepCount(parameter), Is.EqualTo(isTaken ? 1 : 0));
    }

    [Test]
    public void AdadeltaHasRoomForAnyEpsilon()
    {
        var options = new AdadeltaOptions { Epsilon = 1e-22 };
        Step(parameters => new Adadelta(parameters, options), [0], [5e18f], out float[] values);
        Assert.That(values[0], Is.EqualTo(-3.1622777e-11f).Within(1e-16f));
    }

    [TestCase(100, 1500)]
    [TestCase(30, 1500)]
    public void AWeightPowerOfAnySizeKeepsScheduleFreeFinite(double power, int steps)
    {
        var store = new ParameterStore();
        Parameter parameter = store.Add("parameter", [1]);
        var sgd = new ScheduleFreeSgd(store, new ScheduleFreeSgdOptions { LearningRate = 1e-3, WeightPower = power });
        double y = 0, z = 0, ratio = 0;
        for (int step = 1; step <= steps; step++)
        {
            parameter.Gradients[0] = step % 3 - 1.5f;
            ratio = ratio * Math.Pow((step - 1.0) / step, power) + 1;
            sgd.Step();

            // The sum of all weights over the latest one, where the sum itself would leave the range.
            y += (z - y) / ratio;
            y += 1e-3 * (sgd.Options.Momentum * (1 - 1 / ratio) - 1) * parameter.Gradients[0];
            z -= 1e-3 * parameter.Gradients[0];
        }

        Assert.That(parameter.Values[0], Is.EqualTo(y).Within(1e-5 * Math.Abs(z)));
    }

    private static void Step(
        Func<IEnumerable<Parameter>, Optimizer> make, float[] values, float[] gradients, out float[] after, Shape? shape = null)
    {
        var store = new ParameterStore();
        Parameter parameter = store.Add("parameter", shape ?? [values.Length]);
        store.Freeze();
        values.CopyTo(parameter.Values);
        gradients.CopyTo(parameter.Gradients);
        make(store.Parameters).Step();
        after = parameter.Values.ToArray();
    }
}
