using NUnit.Framework;
using TensorEngine.Tests.Goldens;
using TensorEngine.Tests.Support;

namespace TensorEngine.Tests.Optimizers;

/// <summary>How far a float32 run is from the recorded truth, in ULP.</summary>
public sealed class TrajectoryErrors
{
    // Away from 0 is what has lost less than five bits to cancellation.
    private const double NearZero = 1.0 / 32;

    /// <param name="actual">The numbers of the run.</param>
    /// <param name="truth">The true ones.</param>
    /// <param name="update">How far the last step moved them.</param>
    /// <param name="negligible">A difference that does not count.</param>
    /// <param name="luck">Elements that are left out; none by default.</param>
    public TrajectoryErrors(float[] actual, double[] truth, float[] update, double negligible = 0, bool[]? luck = null)
    {
        double[] onTheWay = [.. RecordedTrajectories.Instance.Initial.Select(value => (double)Math.Abs(value))];
        Assert.That(actual, Has.Length.EqualTo(truth.Length));
        int count = 0;
        for (int i = 0; i < truth.Length; i++)
        {
            Assert.That(float.IsNaN(actual[i]), Is.EqualTo(double.IsNaN(truth[i])), $"NaN in number {i} of the recording");
            if (double.IsNaN(truth[i]))
                continue;
            int element = i % RecordedTrajectories.Instance.Elements;
            if (luck is not null && luck[element])
                continue;
            double scale = Math.Max(Math.Abs(truth[i]), update[i]);
            ref double largest = ref onTheWay[element];
            largest = Math.Max(largest, scale);
            double error = Math.Max(0, Math.Abs(actual[i] - truth[i]) - negligible);
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
