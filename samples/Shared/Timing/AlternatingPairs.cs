using System.Diagnostics;

namespace Samples.Shared.Timing;

/// <summary>Does its work a number of times and returns the nanoseconds that all of it took.</summary>
public delegate double TimedWork(int repeats);

/// <summary>
/// Compares two pieces of work by the median of the ratios of neighbouring samples: ours and the peer's in turn, which of them
/// is first changing from pair to pair. The clock of a machine drifts from minute to minute; between neighbours it hardly does.
/// </summary>
public static class AlternatingPairs
{
    /// <summary>The fewest pairs that a published ratio may rest on.</summary>
    public const int Fewest = 31;

    /// <summary>Makes a piece of work that is timed here, in this process.</summary>
    public static TimedWork Timed(Action work) => repeats =>
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++)
            work();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    };

    /// <summary>Warms both up and times them in turn.</summary>
    /// <param name="ours">Our work.</param>
    /// <param name="peer">The same work done by another.</param>
    /// <param name="pairs">How many pairs.</param>
    /// <param name="sampleNanoseconds">How long a sample is at least; the work is repeated accordingly.</param>
    public static PairedTimes Measure(TimedWork ours, TimedWork peer, int pairs, double sampleNanoseconds) => Measure(
        ours,
        Repeats(ours, sampleNanoseconds, WarmUp.Duration),
        peer,
        Repeats(peer, sampleNanoseconds, WarmUp.Duration),
        pairs);

    /// <summary>Times both in turn, which have been warmed up.</summary>
    /// <param name="ours">Our work.</param>
    /// <param name="oursRepeats">How often a sample repeats it.</param>
    /// <param name="peer">The same work done by another.</param>
    /// <param name="peerRepeats">How often a sample repeats that.</param>
    /// <param name="pairs">How many pairs.</param>
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

    /// <summary>Warms the work up, and returns how often it fits into a sample.</summary>
    /// <param name="work">The work.</param>
    /// <param name="sampleNanoseconds">How long a sample is at least.</param>
    /// <param name="warmUp">How long the runtime may take until it has compiled the work for good.</param>
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

/// <summary>Order statistics of some samples, interpolated linearly between neighbours.</summary>
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
