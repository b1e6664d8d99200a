namespace TensorEngine.Checks;

/// <summary>What a check found; the collector knows the promise.</summary>
internal sealed record Finding(string Where, string Expected, string Found);

/// <summary>Collects the findings of the checks of one subject.</summary>
internal sealed class ReportBuilder(string subject)
{
    private const int MostPerPromise = 8;

    private readonly List<Promise> _kept = [];
    private readonly List<CheckFailure> _failures = [];
    private readonly List<(Promise Promise, string Reason)> _unchecked = [];
    private readonly List<string> _notes = [];

    /// <summary>Checks a promise. An exception from the author's code breaks it.</summary>
    /// <returns>Whether the promise is kept.</returns>
    public bool Check(Promise promise, Func<IEnumerable<Finding>> check)
    {
        int before = _failures.Count;
        try
        {
            foreach (Finding finding in check().Take(MostPerPromise))
                _failures.Add(new(promise, finding.Where, finding.Expected, finding.Found));
        }
        catch (Exception exception)
        {
            string thrower = exception.StackTrace?.Split('\n')[0].Trim() ?? "a call";
            _failures.Add(new(promise, thrower, "no exception", $"{exception.GetType().Name}: {exception.Message}"));
        }

        if (_failures.Count > before)
            return false;
        _kept.Add(promise);
        return true;
    }

    /// <summary>Records why promises could not be checked.</summary>
    public void Skip(string reason, params ReadOnlySpan<Promise> promises)
    {
        foreach (Promise promise in promises)
            _unchecked.Add((promise, reason));
    }

    public void Note(string note) => _notes.Add(note);

    /// <summary>Adds notes, unless they cannot be determined.</summary>
    public void Note(Func<IEnumerable<string>> find)
    {
        try
        {
            _notes.AddRange(find());
        }
        catch (Exception exception)
        {
            _notes.Add($"The effect on zeros and of options could not be determined: {exception.GetType().Name}: {exception.Message}");
        }
    }

    public CheckReport Build() => new(subject, _kept, _failures, _unchecked, _notes);
}
