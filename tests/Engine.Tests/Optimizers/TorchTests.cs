using Engine.Optimizers;
using Engine.Tests.Catalog;
using Engine.Tests.Goldens;
using Engine.Tests.Support;
using NUnit.Framework;

namespace Engine.Tests.Optimizers;

/// <summary>
/// Our float32 trajectories against the float64 ones that PyTorch recorded, next to PyTorch's own float32 error: at most 1.5
/// times that and 2 ULP, and NaN exactly where PyTorch has NaN. Errors are in ULP of max(|p|, |update|), as in
/// Goldens/golden_files.py, and also in ULP of the largest of those on the way.
/// </summary>
/// <remarks>
/// Where a value has come from large numbers to nearly 0, its error stems from roundings at those large numbers, and in ULP of
/// the little that is left of it becomes as large as it happened to come close to 0. The largest error of nearly every
/// recording is of that kind, and its ratio to PyTorch's a matter of luck: there only the second measure is compared.
/// </remarks>
public sealed class TorchTests
{
    private static readonly RecordedTrajectories s_recordings = RecordedTrajectories.Instance;

    public static IEnumerable<TestCaseData> Recorded =>
        from row in OptimizerCatalog.Rows
        from recorded in RecordingsOf(row)
        select new TestCaseData(row, recorded).SetArgDisplayNames(row.Optimizer.Name, recorded.Name);

    public static IEnumerable<IOptimizerRow> RowsOfTorch => OptimizerCatalog.Rows.Where(row => row.TorchName is not null);

    [TestCaseSource(nameof(Recorded))]
    public void TheErrorIsThatOfTorchOrLess(IOptimizerRow row, RecordedCase recorded)
    {
        TorchOptions options = recorded.Options;
        OptimizerCase optimizer = row.FromTorch(recorded.Name, options);
        Assert.That(options.Unread, Is.Empty, "The catalog's row does not map these options.");

        var ours = new Errors(Run(optimizer), recorded);
        var torch = new Errors(recorded.InFloat32, recorded);

        TestContext.Out.WriteLine($"ours: {ours}");
        TestContext.Out.WriteLine($"torch: {torch}");
        Assert.Multiple(() =>
        {
            Assert.That(torch.Largest, Is.EqualTo(recorded.TorchError).Within(0.1).Percent, "PyTorch's error is the recorded one");
            Assert.That(ours.LargestAwayFromZero, Is.LessThanOrEqualTo(1.5 * recorded.TorchError + 2), "largest");
            Assert.That(ours.Mean, Is.LessThanOrEqualTo(1.5 * recorded.TorchErrorMean + 2), "mean");
            Assert.That(ours.LargestOnTheWay, Is.LessThanOrEqualTo(1.5 * torch.LargestOnTheWay + 2), "of the largest on the way");
        });
    }

    [TestCaseSource(nameof(RowsOfTorch))]
    public void AtLeastFourSettingsAreRecorded(IOptimizerRow row) => Assert.That(RecordingsOf(row).Count(), Is.AtLeast(4));

    private static IEnumerable<RecordedCase> RecordingsOf(IOptimizerRow row) => s_recordings.Cases.Where(recorded =>
        string.Equals(recorded.Optimizer, row.TorchName, StringComparison.Ordinal) && recorded.Variant is null);

    /// <summary>The values after every recorded step.</summary>
    private static float[] Run(OptimizerCase optimizer)
    {
        var store = new ParameterStore();
        foreach (Shape shape in s_recordings.Shapes)
            store.Add($"parameter {store.Count}", shape);
        ForEachParameter(store, (parameter, range) => s_recordings.Initial[range].CopyTo(parameter.Values));

        Optimizer steps = optimizer.Make(store.Parameters);
        float[] values = new float[s_recordings.Elements];
        var recorded = new List<float>();
        for (int step = 1; step <= s_recordings.Steps; step++)
        {
            float[] gradients = s_recordings.Gradients[((step - 1) * values.Length)..(step * values.Length)];
            ForEachParameter(store, (parameter, range) => gradients[range].CopyTo(parameter.Gradients));
            steps.Step();
            ForEachParameter(store, (parameter, range) => parameter.Values.CopyTo(values.AsSpan(range)));
            if (s_recordings.RecordedSteps.Contains(step))
                recorded.AddRange(values);
        }

        return [.. recorded];
    }

    private static void ForEachParameter(ParameterStore store, Action<Parameter, Range> action)
    {
        int start = 0;
        foreach (Parameter parameter in store.Parameters)
        {
            action(parameter, start..(start + parameter.Length));
            start += parameter.Length;
        }
    }

    /// <summary>How far a float32 run is from the recorded truth, in ULP.</summary>
    private sealed class Errors
    {
        // Away from 0 is what has lost less than five bits to cancellation.
        private const double NearZero = 1.0 / 32;

        public Errors(float[] actual, RecordedCase recorded)
        {
            double[] truth = recorded.Truth;
            float[] update = recorded.Update;
            double[] onTheWay = [.. s_recordings.Initial.Select(value => (double)Math.Abs(value))];
            Assert.That(actual, Has.Length.EqualTo(truth.Length));
            int count = 0;
            for (int i = 0; i < truth.Length; i++)
            {
                Assert.That(float.IsNaN(actual[i]), Is.EqualTo(double.IsNaN(truth[i])), $"NaN in number {i} of the recording");
                if (double.IsNaN(truth[i]))
                    continue;
                double scale = Math.Max(Math.Abs(truth[i]), update[i]);
                ref double largest = ref onTheWay[i % s_recordings.Elements];
                largest = Math.Max(largest, scale);
                double error = Math.Abs(actual[i] - truth[i]);
                Mean += error / Ulp.Of(scale);
                count++;
                Largest = Math.Max(Largest, error / Ulp.Of(scale));
                LargestOnTheWay = Math.Max(LargestOnTheWay, error / Ulp.Of(largest));
                if (scale >= NearZero * largest)
                    LargestAwayFromZero = Math.Max(LargestAwayFromZero, error / Ulp.Of(scale));
            }

            Mean /= count;
        }

        public double Largest { get; }

        public double LargestAwayFromZero { get; }

        /// <summary>In ULP of the largest |p| or |update| up to then.</summary>
        public double LargestOnTheWay { get; }

        public double Mean { get; }

        public override string ToString() =>
            $"largest {Largest:F1}, away from zero {LargestAwayFromZero:F1}, of the largest on the way {LargestOnTheWay:F1}, mean {Mean:F2}";
    }
}
