using System.Diagnostics;

namespace Samples.Shared.Timing;

/// <summary>Does its work a number of times and returns the total time in nanoseconds.</summary>
public delegate double TimedWork(int repeats);

/// <summary>
/// Compares two pieces of work by the median of the ratios of adjacent samples. Ours and the peer's alternate, and the order changes from
/// pair to pair. The speed of a machine drifts from minute to minute, but hardly between adjacent samples.
/// </summary>
public static class AlternatingPairs
{
    /// <summary>The smallest number of pairs for a published ratio.</summary>
    public const int Fewest = 31;

    /// <summary>Creates a piece of work that is timed in this process.</summary>
    public static TimedWork Timed(Action work) => repeats =>
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++)
            work();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    };

    /// <summary>Warms both up and times them alternately.</summary>
    /// <param name="ours">Our work.</param>
    /// <param name="peer">The same work, done by the peer.</param>
    /// <param name="pairs">The number of pairs.</param>
    /// <param name="sampleNanoseconds">The minimum duration of a sample; the work is repeated accordingly.</param>
    public static PairedTimes Measure(TimedWork ours, TimedWork peer, int pairs, double sampleNanoseconds) => Measure(
        ours,
        Repeats(ours, sampleNanoseconds, WarmUp.Duration),
        peer,
        Repeats(peer, sampleNanoseconds, WarmUp.Duration),
        pairs);

    /// <summary>Times both alternately, after <see cref="Repeats"/> has warmed them up.</summary>
    /// <param name="ours">Our work.</param>
    /// <param name="oursRepeats">How often a sample repeats our work.</param>
    /// <param name="peer">The same work, done by the peer.</param>
    /// <param name="peerRepeats">How often a sample repeats the peer's work.</param>
    /// <param name="pairs">The number of pairs.</param>
    public static PairedTimes Measure(TimedWork ours, int oursRepeats, TimedWork peer, int peerRepeats, int pairs)
    {
        ArgumentNullException.ThrowIfNull(ours);
        ArgumentNullException.ThrowIfNull(peer);
        double[] oursTimes = new double[pairs];
        double[] peerTimes = new double[pairs];
        for (int pair = -1; pair < pairs; pair++)
        {
            double oursTime, peerTime;
            if ((pair & 1) == 0)
            {
                oursTime = ours(oursRepeats) / oursRepeats;
                peerTime = peer(peerRepeats) / peerRepeats;
            }
            else
            {
                peerTime = peer(peerRepeats) / peerRepeats;
                oursTime = ours(oursRepeats) / oursRepeats;
            }

            // The pair before the first brings the caches to what the others find.
            if (pair < 0)
                continue;
            oursTimes[pair] = oursTime;
            peerTimes[pair] = peerTime;
        }

        return new PairedTimes(oursTimes, peerTimes);
    }

    /// <summary>Warms up the work, and returns how often it fits into a sample.</summary>
    /// <param name="work">The work.</param>
    /// <param name="sampleNanoseconds">The minimum duration of a sample.</param>
    /// <param name="warmUp">How long the runtime may need to reach its final code for the work.</param>
    public static int Repeats(TimedWork work, double sampleNanoseconds, TimeSpan warmUp)
    {
        ArgumentNullException.ThrowIfNull(work);
        long start = Stopwatch.GetTimestamp();
        double once = 0;
        for (int repeats = 1; Stopwatch.GetElapsedTime(start) < warmUp;)
        {
            once = work(repeats) / repeats;
            if (once * repeats < sampleNanoseconds / 2)
                repeats *= 2;

            // Leaves a single core to the compiler, which works in the background.
            Thread.Sleep(1);
        }

        return Math.Max(1, (int)Math.Ceiling(sampleNanoseconds / once));
    }
}

/// <summary>The times of paired samples, in nanoseconds per repeat.</summary>
public sealed class PairedTimes(double[] ours, double[] peer)
{
    /// <summary>Ours divided by the peer's, pair by pair: below 1 ours is faster.</summary>
    public Quartiles Ratio { get; } = new([.. ours.Zip(peer, (oursTime, peerTime) => oursTime / peerTime)]);

    public Quartiles Ours { get; } = new(ours);

    public Quartiles Peer { get; } = new(peer);

    public int Pairs => ours.Length;
}

/// <summary>Order statistics of samples, interpolated linearly between adjacent ones.</summary>
public sealed class Quartiles
{
    private readonly double[] _sorted;

    public Quartiles(double[] samples)
    {
        _sorted = [.. samples];
        Array.Sort(_sorted);
    }

    public double Least => _sorted[0];

    public double Lower => At(.25);

    public double Median => At(.5);

    public double Upper => At(.75);

    public double Greatest => _sorted[^1];

    private double At(double part)
    {
        double position = part * (_sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, _sorted.Length - 1);
        return _sorted[below] + (position - below) * (_sorted[above] - _sorted[below]);
    }
}
