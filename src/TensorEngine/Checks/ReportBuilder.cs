namespace TensorEngine.Checks;

/// <summary>What a check has found; the promise is known where it is collected.</summary>
internal sealed record Finding(string Where, string Expected, string Found);

/// <summary>Collects what the checks of one subject find.</summary>
internal sealed class ReportBuilder(string subject)
{
    private const int MostPerPromise = 8;

    private readonly List<Promise> _kept = [];
    private readonly List<CheckFailure> _failures = [];
    private readonly List<(Promise Promise, string Reason)> _unchecked = [];
    private readonly List<string> _notes = [];

    /// <summary>Checks a promise. What the author's code throws breaks it.</summary>
    /// <returns>Whether it is kept.</returns>
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

    /// <summary>Says why promises could not be checked.</summary>
    public void Skip(string reason, params ReadOnlySpan<Promise> promises)
    {
        foreach (Promise promise in promises)
            _unchecked.Add((promise, reason));
    }

    public void Note(string note) => _notes.Add(note);

    /// <summary>Adds what is good to know, unless it cannot be found out.</summary>
    public void Note(Func<IEnumerable<string>> find)
    {
        try
        {
            _notes.AddRange(find());
        }
        catch (Exception exception)
        {
            _notes.Add($"What becomes of zeros and of options could not be found out: {exception.GetType().Name}: {exception.Message}");
        }
    }

    public CheckReport Build() => new(subject, _kept, _failures, _unchecked, _notes);
}
