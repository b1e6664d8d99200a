using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>Scaling, clipping, skipping and clearing inside the step, against doing it to the gradients beforehand.</summary>
public class GradientOptionsTests
{
    [Test]
    public void Scaling_by_a_power_of_two_equals_scaled_gradients([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        using var forced = new ForcedWidth(width);
        Model scaled = new(), plain = new();
        scaled.Optimizer.GradientOptions.Scale = 0.25;
        foreach (ref float g in plain.Store.Gradients)
            g *= 0.25f;
        scaled.Optimizer.Step();
        plain.Optimizer.Step();
        Bits.AssertSame(scaled.Store.Values, plain.Store.Values, $"values");
    }

    [Test]
    public void Clipping_by_norm_follows_torch([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        using var forced = new ForcedWidth(width);
        Model clipped = new(), plain = new();
        double norm = Math.Sqrt(plain.Store.Gradients.ToArray().Sum(g => (double)g * g));
        clipped.Optimizer.GradientOptions.ClipNorm = norm / 3;
        float coefficient = (float)(norm / 3 / (norm + 1e-6));
        foreach (ref float g in plain.Store.Gradients)
            g *= coefficient;
        StepResult result = clipped.Optimizer.Step();
        plain.Optimizer.Step();
        Assert.That(result.Taken);
        Assert.That(result.GradientNorm, Is.EqualTo(norm).Within(1e-13).Percent);
        Bits.AssertSame(clipped.Store.Values, plain.Store.Values, $"values");
    }

    [Test]
    public void A_norm_below_the_limit_changes_nothing()
    {
        Model clipped = new(), plain = new();
        clipped.Optimizer.GradientOptions.ClipNorm = 1e9;
        clipped.Optimizer.Step();
        Assert.That(plain.Optimizer.Step().GradientNorm, Is.Null, "no norm without need");
        Bits.AssertSame(clipped.Store.Values, plain.Store.Values, $"values");
    }

    [Test]
    public void Huge_finite_gradients_have_a_finite_norm_and_are_clipped()
    {
        var model = new Model();
        model.Store.Parameters[0].Gradients.Fill(3e38f);
        model.Optimizer.GradientOptions.ClipNorm = 1;
        model.Optimizer.GradientOptions.SkipNonFinite = true;
        StepResult result = model.Optimizer.Step();
        Assert.That(result.Taken);
        Assert.That(double.IsFinite(result.GradientNorm!.Value));
        Assert.That(model.Store.Values.ToArray(), Has.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void Clipping_by_value_clamps_after_scaling_and_keeps_NaN([ValueSource(typeof(ForcedWidth), nameof(ForcedWidth.All))] int width)
    {
        using var forced = new ForcedWidth(width);
        Model clipped = new(), plain = new();
        clipped.Store.Parameters[1].Gradients[2] = plain.Store.Parameters[1].Gradients[2] = float.NaN;
        clipped.Optimizer.GradientOptions.Scale = 2;
        clipped.Optimizer.GradientOptions.ClipValue = 0.5;
        foreach (ref float g in plain.Store.Gradients)
            g = float.IsNaN(g) ? g : Math.Clamp(2 * g, -0.5f, 0.5f);
        clipped.Optimizer.Step();
        plain.Optimizer.Step();
        Bits.AssertSame(clipped.Store.Values, plain.Store.Values, $"values");
        Assert.That(clipped.Store.Parameters[1].Values[2], Is.NaN);
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(float.NegativeInfinity)]
    public void A_step_that_is_not_finite_is_skipped_without_a_trace(float bad)
    {
        var model = new Model();
        model.Optimizer.GradientOptions.SkipNonFinite = true;
        model.Optimizer.Step();
        float[] values = model.Store.Values.ToArray();
        float[][] states = model.States();
        float[] gradients = model.Store.Gradients.ToArray();
        model.Store.Parameters[2].Gradients[5] = bad;

        StepResult result = model.Optimizer.Step();
        Assert.That(result.Taken, Is.False);
        Assert.That(double.IsFinite(result.GradientNorm!.Value), Is.False);
        Bits.AssertSame(model.Store.Values, values, $"values");
        for (int i = 0; i < states.Length; i++)
            Bits.AssertSame(model.States()[i], states[i], $"state {i}");
        Assert.That(model.Store.Parameters.Select(model.Optimizer.StepCount), Is.All.EqualTo(1));

        gradients.CopyTo(model.Store.Gradients);
        Assert.That(model.Optimizer.Step().Taken);
        Assert.That(model.Store.Parameters.Select(model.Optimizer.StepCount), Is.All.EqualTo(2));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Gradients_are_cleared_in_the_pass_when_asked(bool finite)
    {
        Model cleared = new(), plain = new();
        cleared.Optimizer.GradientOptions.Clear = true;
        cleared.Optimizer.GradientOptions.SkipNonFinite = !finite;
        if (!finite)
            cleared.Store.Gradients[0] = float.NaN;
        Assert.That(cleared.Optimizer.Step().Taken, Is.EqualTo(finite));
        Assert.That(cleared.Store.Gradients.ToArray(), Is.All.Zero);
        if (finite)
            plain.Optimizer.Step();
        Bits.AssertSame(cleared.Store.Values, plain.Store.Values, $"values");
    }

    [Test]
    public void Parameters_that_are_not_trainable_neither_count_nor_are_cleared()
    {
        var model = new Model();
        Parameter frozen = model.Store.Parameters[1];
        frozen.Trainable = false;
        frozen.Gradients.Fill(float.NaN);
        model.Optimizer.GradientOptions.SkipNonFinite = true;
        model.Optimizer.GradientOptions.Clear = true;
        Assert.That(model.Optimizer.Step().Taken);
        Assert.That(frozen.Gradients.ToArray(), Is.All.NaN);
        Assert.That(model.Store.Parameters[0].Gradients.ToArray(), Is.All.Zero);
        Assert.That((model.Optimizer.StepCount(frozen), model.Optimizer.StepCount(model.Store.Parameters[0])), Is.EqualTo((0, 1)));
    }

    [Test]
    public void Everything_together_allocates_nothing()
    {
        var model = new Model();
        GradientOptions options = model.Optimizer.GradientOptions;
        (options.ClipNorm, options.ClipValue, options.Scale, options.SkipNonFinite, options.Clear) = (1, 0.1, 0.5, true, true);
        model.Optimizer.Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            model.Optimizer.Step();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Bad_settings_are_refused()
    {
        var options = new GradientOptions();
        Assert.That(() => options.Scale = double.NaN, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Scale is NaN"));
        Assert.That(() => options.ClipNorm = -1, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("ClipNorm is -1"));
        Assert.That(() => options.ClipValue = double.PositiveInfinity, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("ClipValue is"));
        Assert.That((options.Scale, options.ClipNorm, options.ClipValue), Is.EqualTo((1.0, (double?)null, (double?)null)));
    }

    /// <summary>Three parameters of awkward sizes with random values and gradients, the same for each instance.</summary>
    private sealed class Model
    {
        public Model()
        {
            Store.Add("a", [17]);
            Store.Add("b", [5, 3]);
            Store.Add("c", [100]);
            var random = new Random(1);
            foreach (Parameter parameter in Store.Parameters)
            {
                FloatSamples.FillSpread(parameter.Values, random, -2, 1);
                FloatSamples.FillSpread(parameter.Gradients, random, -3, 2);
            }

            Optimizer = new Adam(Store);
        }

        public ParameterStore Store { get; } = new();

        public Adam Optimizer { get; }

        public float[][] States() =>
            [.. Store.Parameters.SelectMany(parameter => Optimizer.StateNames.Select(name => Optimizer.State(parameter, name).ToArray()))];
    }
}
