using System.Runtime.InteropServices;
using NUnit.Framework;
using TensorEngine.Optimizers.Stepping;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Oracles;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>The optimizers that see whole parameters: truth, bits, padding, allocation, and how gradients enter.</summary>
[TestFixtureSource(typeof(ParameterwiseCatalog), nameof(ParameterwiseCatalog.Cases))]
public sealed class ParameterwiseTests(ParameterwiseCase optimizer)
{
    [Test]
    public void EveryOfThirtyStepsIsWithinTheBound()
    {
        var model = new Model(optimizer);
        Parameter[][] wholes = optimizer.SeesAll ? [[.. model.Parameters]] : [.. model.Parameters.Select(parameter => new[] { parameter })];
        OracleState[] states = [.. wholes.Select(_ => new OracleState())];
        double worst = 0;
        for (int step = 1; step <= 30; step++)
        {
            model.FillGradients();
            for (int i = 0; i < states.Length; i++)
            {
                // The oracle starts every step from the same state, so that errors do not add up.
                foreach (string name in model.Optimizer.StateNames)
                {
                    double[] state = [.. wholes[i].SelectMany(parameter => Widened(model.Optimizer.State(parameter, name)))];
                    state.CopyTo(states[i][name, state.Length], 0);
                }
            }

            double[][] before = ValuesOf(wholes), truth = ValuesOf(wholes);
            for (int i = 0; i < states.Length; i++)
            {
                double[] gradients = [.. wholes[i].SelectMany(parameter => Widened(parameter.Gradients))];
                optimizer.StepOracle(optimizer.SeesAll ? [gradients.Length] : wholes[i][0].Shape, truth[i], gradients, states[i], step);
            }

            model.Optimizer.Step();
            double[][] after = ValuesOf(wholes);
            for (int i = 0; i < states.Length; i++)
                worst = Math.Max(worst, Error(before[i], truth[i], after[i]));
        }

        TestContext.Out.WriteLine($"{optimizer}: {worst:G4}");
        Assert.That(worst, Is.LessThanOrEqualTo(optimizer.Bound ?? 1e-5));
    }

    [Test]
    public void BitsAreTheSameAtEveryWidth()
    {
        float[]? expected = null;
        foreach (int width in ForcedWidth.All)
        {
            using var forced = new ForcedWidth(width);
            var model = new Model(optimizer);
            model.Optimizer.GradientOptions.ClipNorm = 3;
            model.Optimizer.GradientOptions.ClipValue = 0.2;
            model.Steps(5);
            expected ??= model.Everything();
            Bits.AssertSame(model.Everything(), expected, $"{optimizer} at width {width}");
        }
    }

    [Test]
    public void AParameterDoesNotSeeItsNeighboursUnlessItsOptimizerSeesAll()
    {
        Model together = new(optimizer), alone = new(optimizer, optimizer.Shapes.Length - 1);
        together.Steps(4);
        alone.Steps(4);

        if (!optimizer.SeesAll)
            Bits.AssertSame(alone.Parameters[^1].Values, together.Parameters[^1].Values, $"{optimizer}");
    }

    [Test]
    public void PaddingStaysZeroAndUnwrittenGradientsStay()
    {
        var model = new Model(optimizer);
        for (int step = 0; step < 3; step++)
        {
            model.FillGradients();
            float[] gradients = model.Store.Gradients.ToArray();
            model.Optimizer.Step();
            Bits.AssertSame(model.Store.Gradients, gradients, $"gradients");
        }

        foreach (Parameter parameter in model.Parameters)
        {
            AssertPadding(parameter.Values);
            foreach (string name in model.Optimizer.StateNames)
                AssertPadding(model.Optimizer.State(parameter, name));
        }

        static void AssertPadding(Span<float> part)
        {
            if (part.IsEmpty)
                return;
            int padded = (part.Length + 15) / 16 * 16;
            Span<float> padding = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(part), padded)[part.Length..];
            Bits.AssertSame(padding, new float[padding.Length], $"padding");
        }
    }

    [Test]
    public void AStepAllocatesNothing()
    {
        var model = new Model(optimizer);
        model.Optimizer.GradientOptions.ClipNorm = 1;
        model.Optimizer.GradientOptions.ClipValue = 0.1;
        model.Optimizer.GradientOptions.Clear = true;
        model.Steps(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < 5; step++)
            model.Optimizer.Step();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void GradientsAreScaledClippedAndClearedAsIfBeforehand()
    {
        Model inside = new(optimizer), before = new(optimizer);
        inside.Optimizer.GradientOptions.Scale = 0.5;
        inside.Optimizer.GradientOptions.ClipValue = 0.125;
        inside.Optimizer.GradientOptions.Clear = true;
        for (int step = 0; step < 3; step++)
        {
            inside.FillGradients();
            before.FillGradients();
            foreach (ref float g in before.Store.Gradients)
                g = Math.Clamp(0.5f * g, -0.125f, 0.125f);
            inside.Optimizer.Step();
            before.Optimizer.Step();
            Assert.That(inside.Store.Gradients.ToArray(), Is.All.Zero);
        }

        Bits.AssertSame(inside.Everything(), before.Everything(), $"{optimizer}");
    }

    [Test]
    public void ClippingByNormEqualsSmallerGradients()
    {
        Model inside = new(optimizer), before = new(optimizer);
        inside.FillGradients();
        before.FillGradients();
        // A limit that makes the factor 1/4, so that it can be taken in without rounding.
        double norm = before.Optimizer.GradientNorm();
        inside.Optimizer.GradientOptions.ClipNorm = 0.25 * (norm + 1e-6);
        foreach (ref float g in before.Store.Gradients)
            g *= 0.25f;
        inside.Optimizer.Step();
        before.Optimizer.Step();
        Bits.AssertSame(inside.Everything(), before.Everything(), $"{optimizer}");
    }

    [Test]
    public void ASkippedStepAndAFrozenParameterLeaveNoTrace()
    {
        var model = new Model(optimizer);
        model.Steps(2);
        float[] everything = model.Everything();
        model.Optimizer.GradientOptions.SkipNonFinite = true;
        model.Parameters[1].Gradients[0] = float.NaN;
        Assert.That(model.Optimizer.Step().Taken, Is.False);
        Bits.AssertSame(model.Everything(), everything, $"{optimizer}");

        model.Parameters[1].Trainable = false;
        float[] values = model.Parameters[1].Values.ToArray();
        Assert.That(model.Optimizer.Step().Taken);
        Bits.AssertSame(model.Parameters[1].Values, values, $"frozen");
        Assert.That((model.Optimizer.StepCount(model.Parameters[1]), model.Optimizer.StepCount(model.Parameters[0])), Is.EqualTo((2L, 3L)));
    }

    [Test]
    public void GradientsOfZeroAreHarmless()
    {
        var model = new Model(optimizer);
        model.Store.Values.Clear();
        for (int step = 0; step < 3; step++)
            model.Optimizer.Step();
        bool divides = optimizer.Name.Contains("all", StringComparison.Ordinal);
        if (!divides)
            Assert.That(model.Store.Values.ToArray(), Is.All.Zero);
    }

    // In ULP of max(|p|, the parameter's largest update): what cancels in one element was computed from numbers of that size. Or as
    // a part of the largest update, rounding of p left out.
    private double Error(double[] before, double[] truth, double[] after)
    {
        double largest = before.Zip(truth, (x, y) => Math.Abs(y - x)).Max(), worst = 0;
        for (int i = 0; i < truth.Length; i++)
        {
            double error = Math.Abs(after[i] - truth[i]), unit = Ulp.Of(Math.Max(Math.Abs(truth[i]), largest));
            if (error == 0)
                continue;
            worst = Math.Max(worst, optimizer.Bound is null ? Math.Max(0, error - 2 * unit) / largest : error / unit);
            if (double.IsNaN(error))
                return double.NaN;
        }

        return worst;
    }

    private static double[][] ValuesOf(Parameter[][] wholes) =>
        [.. wholes.Select(whole => whole.SelectMany(parameter => Widened(parameter.Values)).ToArray())];

    private static double[] Widened(ReadOnlySpan<float> floats) => [.. floats.ToArray().Select(x => (double)x)];

    private sealed class Model
    {
        private readonly Random[] _randoms;

        public Model(ParameterwiseCase optimizer, int first = 0)
        {
            Store = new ParameterStore();
            for (int i = first; i < optimizer.Shapes.Length; i++)
                Store.Add($"parameter {i}", optimizer.Shapes[i]);
            Parameters = Store.Parameters;
            _randoms = [.. Enumerable.Range(first, Parameters.Count).Select(i => new Random(i))];
            Optimizer = optimizer.Make(Parameters);
            for (int i = 0; i < Parameters.Count; i++)
                FloatSamples.FillSpread(Parameters[i].Values, _randoms[i], -2, 1);
        }

        public ParameterStore Store { get; }

        public IReadOnlyList<Parameter> Parameters { get; }

        public Optimizer Optimizer { get; }

        public void FillGradients()
        {
            for (int i = 0; i < Parameters.Count; i++)
                FloatSamples.FillSpread(Parameters[i].Gradients, _randoms[i], -4, 1);
        }

        public void Steps(int count)
        {
            for (int step = 0; step < count; step++)
            {
                FillGradients();
                Optimizer.Step();
            }
        }

        public float[] Everything() =>
        [
            .. Store.Values,
            .. Parameters.SelectMany(parameter => Optimizer.StateNames.SelectMany(name => Optimizer.State(parameter, name).ToArray())),
        ];
    }
}
