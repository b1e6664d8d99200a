using System.Text.Json;
using NUnit.Framework;
using TensorEngine.Optimizers;
using TensorEngine.Tests.Catalog;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>SparseAdam against PyTorch's recordings, and what only it does: rows, duplicates, and gradients that are used up.</summary>
public sealed class SparseAdamTests
{
    [TestCaseSource(typeof(RecordedRuns), nameof(RecordedRuns.SparseCases))]
    public void FollowsTheRecordedTrajectory(RecordedRun recorded)
    {
        JsonElement sparse = RecordedRuns.Sparse;
        int[] shape = RecordedRuns.Integers(sparse.GetProperty("shape")), recordedSteps = RecordedRuns.Integers(sparse.GetProperty("recordedSteps"));
        var store = new ParameterStore();
        Parameter table = store.Add("table", Shape.Create(shape));
        RecordedRuns.Floats(sparse.GetProperty("initial")).CopyTo(table.Values);
        SparseAdamOptions options = Read(recorded.Options);
        var optimizer = new SparseAdam(store, options);
        float[] values = table.Values.ToArray(), m = new float[values.Length], v = new float[values.Length];
        // The recorded update is that of the recorded step, 0 for rows that it left out. The error of those stems from updates before,
        // so that it is measured by an element's latest one, PyTorch's error as well as ours.
        double[] latest = new double[values.Length];
        double worst = 0, torchWorst = 0;
        int step = 0;
        foreach (JsonElement gradient in sparse.GetProperty("gradients").EnumerateArray())
        {
            step++;
            int[] rows = RecordedRuns.Integers(gradient.GetProperty("rows"));
            float[] entries = [.. gradient.GetProperty("values").EnumerateArray().SelectMany(RecordedRuns.Floats)];
            float[] before = table.Values.ToArray();
            optimizer.AddGradients(table, rows, entries);
            optimizer.Step();
            for (int i = 0; i < before.Length; i++)
                latest[i] = table.Values[i] == before[i] ? latest[i] : Math.Abs((double)table.Values[i] - before[i]);
            SparseAdam.Update(options, step, values, shape[1], rows, entries, m, v);
            int index = Array.IndexOf(recordedSteps, step);
            if (index < 0)
                continue;
            double[] truth = RecordedRuns.Doubles(recorded["p64"][index]);
            float[] torch = RecordedRuns.Floats(recorded["p32"][index]);
            for (int i = 0; i < truth.Length; i++)
            {
                double scale = Math.Max(Math.Abs(truth[i]), latest[i]);
                worst = Math.Max(worst, Ulp.Error(table.Values[i], truth[i], scale));
                torchWorst = Math.Max(torchWorst, Ulp.Error(torch[i], truth[i], scale));
            }
        }

        TestContext.Out.WriteLine($"{recorded}: {worst:F2} ULP, torch {torchWorst:F2}");
        Assert.That(worst, Is.LessThanOrEqualTo(1.5 * torchWorst + 2));
        Bits.AssertSame(values, table.Values, $"static step");
        Bits.AssertSame(m, optimizer.State(table, "exp_avg"), $"first moment");
        Bits.AssertSame(v, optimizer.State(table, "exp_avg_sq"), $"second moment");
    }

    [Test]
    public void DuplicatesAreSummedInTheOrderGivenAtEveryWidthAndAlignment()
    {
        const int Columns = 19;
        int[] rows = [4, 1, 4, 0, 4, 1];
        float[]? expected = null;
        foreach (int width in ForcedWidth.All)
        {
            foreach (int start in new[] { 0, 3, 15 })
            {
                using var forced = new ForcedWidth(width);
                var random = new Random(1);
                float[] memory = new float[5 * Columns + 16], m = new float[5 * Columns], v = new float[5 * Columns], gradients = new float[rows.Length * Columns];
                Span<float> values = memory.AsSpan(start, 5 * Columns);
                FloatSamples.FillSpread(values, random, -2, 1);
                FloatSamples.FillSpread(gradients, random, -3, 3);
                float[] before = values.ToArray();
                SparseAdam.Update(new() { LearningRate = 0.1 }, 1, values, Columns, rows, gradients, m, v);
                expected ??= [.. values, .. m, .. v];
                Bits.AssertSame([.. values, .. m, .. v], expected, $"width {width}, start {start}");
                Bits.AssertSame(values.Slice(2 * Columns, 2 * Columns), before.AsSpan(2 * Columns, 2 * Columns), $"rows without a gradient");
                float sum = gradients[0] + gradients[2 * Columns] + gradients[4 * Columns];
                Assert.That(m[4 * Columns], Is.EqualTo((float)(1 - 0.9) * sum));
            }
        }
    }

    [Test]
    public void OnlyTouchedRowsMoveAndPaddingAndOtherGradientsStay()
    {
        (ParameterStore store, Parameter first, Parameter second, SparseAdam optimizer) = Make();
        float[] before = store.Values.ToArray();
        optimizer.AddGradients(first, [6, 2], Enumerable.Repeat(1f, 6).ToArray());
        optimizer.Step();
        for (int row = 0; row < 7; row++)
            Assert.That(first.Values[row * 3] != before[first.Offset + row * 3], Is.EqualTo(row is 2 or 6), $"row {row}");
        Bits.AssertSame(second.Values, before.AsSpan(second.Offset, second.Length), $"the other table");
        Assert.That(store.Gradients.ToArray(), Is.All.Zero);

        // Momentum would move these rows again: they must not move without a gradient.
        before = store.Values.ToArray();
        optimizer.Step();
        Bits.AssertSame(store.Values, before, $"a step without gradients");
        Assert.That((optimizer.StepCount(first), optimizer.StepCount(second)), Is.EqualTo((2L, 2L)));
    }

    [Test]
    public void GradientsAreScaledAndClippedOverTheTouchedRows()
    {
        (_, Parameter inside, _, SparseAdam clipping) = Make();
        (_, Parameter before, _, SparseAdam plain) = Make();
        float[] entries = [3, 0, 4, 0, 12, 0];
        clipping.GradientOptions.Scale = 2;
        clipping.GradientOptions.ClipNorm = 13.0 / 2 * (1 + 1e-6 / 26);
        clipping.AddGradients(inside, [1, 5], entries);
        Assert.That(clipping.Step().GradientNorm, Is.EqualTo(26));
        plain.AddGradients(before, [1, 5], [.. entries.Select(g => g / 2)]);
        plain.Step();
        Bits.AssertSame(inside.Values, before.Values, $"clipped");

        clipping.GradientOptions.ClipNorm = null;
        clipping.GradientOptions.ClipValue = 5;
        clipping.AddGradients(inside, [1, 5], entries);
        clipping.Step();
        plain.AddGradients(before, [1, 5], [.. entries.Select(g => Math.Clamp(2 * g, -5, 5))]);
        plain.Step();
        Bits.AssertSame(inside.Values, before.Values, $"clamped");
    }

    [Test]
    public void ASkippedStepUsesItsGradientsUpAndLeavesTheRest()
    {
        (ParameterStore store, Parameter table, _, SparseAdam optimizer) = Make();
        float[] before = store.Values.ToArray();
        optimizer.GradientOptions.SkipNonFinite = true;
        optimizer.AddGradients(table, [1], [1, float.NaN, 2]);
        Assert.That(optimizer.Step().Taken, Is.False);
        Bits.AssertSame(store.Values, before, $"values");
        Assert.That(store.Gradients.ToArray(), Is.All.Zero);
        Assert.That(optimizer.StepCount(table), Is.Zero);
        optimizer.AddGradients(table, [1], [1, 1, 2]);
        Assert.That(optimizer.Step().Taken);

        table.Trainable = false;
        before = store.Values.ToArray();
        optimizer.AddGradients(table, [1], [1, 1, 2]);
        optimizer.Step();
        table.Trainable = true;
        optimizer.Step();
        Bits.AssertSame(store.Values, before, $"frozen");
    }

    [Test]
    public void AStepAllocatesNothing()
    {
        (_, Parameter table, _, SparseAdam optimizer) = Make();
        int[] rows = [3, 0, 3];
        float[] entries = [1, 2, 3, 4, 5, 6, 7, 8, 9], values = new float[21], m = new float[21], v = new float[21];
        var options = new SparseAdamOptions();
        long before = 0;
        for (int step = 1; step < 10; step++)
        {
            if (step == 3)
                before = GC.GetAllocatedBytesForCurrentThread();
            optimizer.AddGradients(table, rows, entries);
            optimizer.Step();
            SparseAdam.Update(options, step, values, 3, rows, entries, m, v);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void WhatDoesNotFitIsRefusedAndNothingChanges()
    {
        (ParameterStore store, Parameter table, _, SparseAdam optimizer) = Make();
        Refusal.OfArgument<ArgumentOutOfRangeException>("rows", () => optimizer.AddGradients(table, [1, 7], new float[6]), "rows[1] is 7", "0 to 6");
        Refusal.OfArgument<ArgumentOutOfRangeException>("rows", () => optimizer.AddGradients(table, [-1], new float[3]), "-1");
        Refusal.OfArgument<ArgumentException>("values", () => optimizer.AddGradients(table, [1, 2], new float[5]), "5 elements", "2 rows of 3");
        Assert.That(store.Gradients.ToArray(), Is.All.Zero);

        float[] p = [1, 2, 3, 4], m = new float[4], v = new float[4];
        var options = new SparseAdamOptions();
        Refusal.OfArgument<ArgumentException>("values", () => SparseAdam.Update(options, 1, p, 3, [0], new float[3], m, v), "4 elements", "3");
        Refusal.OfArgument<ArgumentException>("gradients", () => SparseAdam.Update(options, 1, p, 2, [0], new float[3], m, v), "3 elements");
        Refusal.OfArgument<ArgumentOutOfRangeException>("rows", () => SparseAdam.Update(options, 1, p, 2, [0, 2], new float[4], m, v), "rows[1] is 2");
        Refusal.OfArgument<ArgumentException>("secondMoment", () => SparseAdam.Update(options, 1, p, 2, [0], new float[2], m, m), "overlaps");
        Refusal.OfArgument<ArgumentOutOfRangeException>("columns", () => SparseAdam.Update(options, 1, p, 0, [0], [], m, v), "0");
        Assert.That(p, Is.EqualTo(new[] { 1f, 2, 3, 4 }));

        var vectors = new ParameterStore();
        vectors.Add("bias", [5]);
        Refusal.OfArgument<ArgumentException>("parameters", () => _ = new SparseAdam(vectors), "bias [5]", "SparseAdam");
    }

    private static (ParameterStore Store, Parameter First, Parameter Second, SparseAdam Optimizer) Make()
    {
        var store = new ParameterStore();
        Parameter first = store.Add("first", [7, 3]), second = store.Add("second", [4, 5]);
        FloatSamples.FillSpread(first.Values, new Random(1), -2, 1);
        FloatSamples.FillSpread(second.Values, new Random(2), -2, 1);
        return (store, first, second, new SparseAdam(store));
    }

    private static SparseAdamOptions Read(TorchOptions torch) => new()
    {
        LearningRate = torch.Number("lr"),
        Beta1 = torch.Number("betas", 0),
        Beta2 = torch.Number("betas", 1),
        Epsilon = torch.Number("eps"),
        Maximize = torch.Flag("maximize"),
    };
}
