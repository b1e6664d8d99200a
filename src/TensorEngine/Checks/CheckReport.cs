using System.Text;

namespace TensorEngine.Checks;

/// <summary>Reports which promises a rule, an optimizer or a function keeps and which it breaks.</summary>
public sealed class CheckReport
{
    private readonly string _subject;
    private readonly IReadOnlyList<(Promise Promise, string Reason)> _unchecked;

    internal CheckReport(
        string subject,
        IReadOnlyList<Promise> kept,
        IReadOnlyList<CheckFailure> failures,
        IReadOnlyList<(Promise Promise, string Reason)> notChecked,
        IReadOnlyList<string> notes)
    {
        _subject = subject;
        _unchecked = notChecked;
        Kept = kept;
        Failures = failures;
        NotChecked = [.. notChecked.Select(one => one.Promise)];
        Notes = notes;
    }

    /// <summary>Gets whether every promise was checked and is kept.</summary>
    public bool Passed => Failures.Count == 0 && NotChecked.Count == 0;

    /// <summary>Gets the promises that are kept.</summary>
    public IReadOnlyList<Promise> Kept { get; }

    /// <summary>Gets the broken promises, with the first case of each kind.</summary>
    public IReadOnlyList<CheckFailure> Failures { get; }

    /// <summary>Gets the promises that could not be checked because another one is broken.</summary>
    public IReadOnlyList<Promise> NotChecked { get; }

    /// <summary>Gets notes on behavior that no promise covers: what happens to zeros and to gradients that are NaN or infinite.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Throws an exception with the report as its message if a promise is broken. Intended for tests.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Passed"/> is false.</exception>
    public void ThrowIfFailed()
    {
        if (!Passed)
            throw new InvalidOperationException(ToString());
    }

    /// <summary>Returns a line for each promise that is kept or broken, what was not checked and why, and the notes.</summary>
    public override string ToString()
    {
        int broken = Failures.Select(failure => failure.Promise).Distinct().Count();
        var text = new StringBuilder(
            $"{_subject}: {PlaceText.Count(Kept.Count, "promise")} kept, {broken} broken, {NotChecked.Count} not checked");
        foreach (Promise promise in Enum.GetValues<Promise>())
        {
            string name = PromiseText.Of(promise).PadRight(PromiseText.Width);
            if (Kept.Contains(promise))
                text.Append($"\n  {name}  kept");
            foreach (CheckFailure failure in Failures.Where(failure => failure.Promise == promise))
                text.Append($"\n  {name}  BROKEN: {failure.Text}");
        }

        foreach (IGrouping<string, Promise> same in _unchecked.ToLookup(one => one.Reason, one => one.Promise, StringComparer.Ordinal))
            text.Append($"\n  not checked, as {same.Key}: {string.Join("; ", same.Select(PromiseText.Of))}");

        foreach (string note in Notes)
            text.Append($"\n  {note}");
        return text.ToString();
    }
}
