namespace TensorEngine.Tests.Goldens;

/// <summary>How far a run of a drawn setting is from the truth, in units in the last place.</summary>
/// <param name="OnTheWay">The largest error, in units of the largest |value| or |update| on the way.</param>
/// <param name="Mean">The mean error in the same units.</param>
/// <param name="MeanAtTheEnd">
/// The mean error in units of |value| or |latest update| at the end, over elements that have lost at most five bits to cancellation.
/// Only of those that stayed in range: of others there are few.
/// </param>
public sealed record OddErrors(double OnTheWay, double Mean, double MeanAtTheEnd)
{
    private const int NearZeroBits = 5;

    /// <summary>The errors of elements that share a fate.</summary>
    /// <param name="track">What they are measured from.</param>
    /// <param name="result">The numbers of the run, NaN for those that do not count.</param>
    /// <param name="fate">Which elements count.</param>
    /// <param name="negligible">A difference that does not count.</param>
    public static OddErrors Of(OddTrack track, float[] result, OddFates fate, double negligible)
    {
        (double[] truth, short[] unit, short[] largest) = (track.Truth, track.Unit, track.LargestUnit);
        (double onTheWay, double sum, double sumAtEnd, int count, int countAtEnd) = (0, 0, 0, 0, 0);
        foreach (int i in track.Elements(fate))
        {
            double error = Math.Max(0, Math.Abs(result[i] - truth[i]) - negligible);
            double ofLargest = Scaled(error, unit[i] + largest[i]);
            onTheWay = Math.Max(onTheWay, ofLargest);
            sum += ofLargest;
            count++;
            if (fate != OddFates.None || largest[i] > NearZeroBits)
                continue;
            sumAtEnd += Scaled(error, unit[i]);
            countAtEnd++;
        }

        return new(onTheWay, sum / Math.Max(1, count), sumAtEnd / Math.Max(1, countAtEnd));
    }

    /// <summary>The error as a share of <paramref name="factor"/> times PyTorch's and 2 units, the worst of the three.</summary>
    public double ShareOf(OddErrors torch, double factor)
    {
        return Math.Max(Share(OnTheWay, torch.OnTheWay), Math.Max(Share(Mean, torch.Mean), Share(MeanAtTheEnd, torch.MeanAtTheEnd)));

        double Share(double ours, double theirs) => ours / (factor * theirs + 2);
    }

    public override string ToString() => $"{OnTheWay:G4} on the way, {Mean:G4} in the mean, {MeanAtTheEnd:G4} at the end";

    // NaN counts as infinitely far away.
    private static double Scaled(double error, int unit) => double.IsNaN(error) ? double.PositiveInfinity : Math.ScaleB(error, -unit);
}
