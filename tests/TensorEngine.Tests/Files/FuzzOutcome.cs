namespace TensorEngine.Tests.Files;

/// <summary>What became of damaged files.</summary>
internal sealed class FuzzOutcome
{
    /// <summary>How many were refused.</summary>
    public int Refused { get; private set; }

    /// <summary>How many were still sound.</summary>
    public int Accepted { get; private set; }

    /// <summary>The longest that one took.</summary>
    public TimeSpan Longest { get; private set; }

    public void Add(bool accepted, TimeSpan time)
    {
        if (accepted)
            Accepted++;
        else
            Refused++;
        Longest = time > Longest ? time : Longest;
    }

    public void Add(FuzzOutcome other)
    {
        Refused += other.Refused;
        Accepted += other.Accepted;
        Longest = other.Longest > Longest ? other.Longest : Longest;
    }

    public override string ToString() => $"{Refused} refused, {Accepted} accepted, the longest took {Longest.TotalMilliseconds:0} ms";
}
