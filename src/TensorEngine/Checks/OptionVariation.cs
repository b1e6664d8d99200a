using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Checks;

/// <summary>Changes options member by member, by loading them with values other than those saved.</summary>
internal static class OptionVariation
{
    /// <summary>Gets the name of the option that is saved under a name.</summary>
    public static string NameOf(string member) =>
        string.Equals(member, "InitialLearningRate", StringComparison.Ordinal) ? nameof(OptimizerOptions.LearningRate) : member;

    /// <summary>Gets a learning rate different from that of the options, a lower one if possible.</summary>
    public static double OtherRate(OptimizerOptions options) => options.LearningRate == 0 ? 0.0078125 : 0.75 * options.LearningRate;

    /// <summary>Gets the options with one saved member changed, in every way that is tried and accepted.</summary>
    public static IEnumerable<TOptions> Of<TOptions>(TOptions options, SavedMembers saved, string member)
        where TOptions : OptimizerOptions
    {
        foreach (object? candidate in Candidates(saved, member))
        {
            if (TryLoad(options, saved.With(member, candidate)) is { } varied)
                yield return varied;
        }
    }

    /// <summary>Gets, for each member, the options with that member changed, as long as no two options contradict each other.</summary>
    public static IEnumerable<(string Member, TOptions Options)> OfEach<TOptions>(TOptions options)
        where TOptions : OptimizerOptions
    {
        SavedMembers saved = SavedMembers.Of(options);
        return saved.Values.Keys.SelectMany(
            member => Of(options, saved, member).Where(varied => varied.FindContradiction() is null).Select(varied => (member, varied)));
    }

    /// <summary>Gets the options with every member changed that can be changed on its own; they may contradict each other.</summary>
    public static TOptions All<TOptions>(TOptions options, SavedMembers saved)
        where TOptions : OptimizerOptions
    {
        TOptions varied = options;
        foreach (string member in saved.Values.Keys)
        {
            SavedMembers now = SavedMembers.Of(varied);
            varied = Candidates(saved, member).Select(candidate => TryLoad(varied, now.With(member, candidate))).FirstOrDefault(
                one => one is not null)
                ?? varied;
        }

        return varied;
    }

    // Different ones for different members, so that two that are mixed up are noticed.
    private static IEnumerable<object?> Candidates(SavedMembers saved, string member)
    {
        double own = 0.015625 * (1 + saved.Values.Keys.TakeWhile(key => !string.Equals(key, member, StringComparison.Ordinal)).Count());
        return saved.Values[member] switch
        {
            bool flag => [!flag],
            long integer => new object?[] { integer + 1 + (long)(64 * own), integer - 1, 0L, 1L }.Where(value => (long)value! != integer),
            double number => new object?[] { own / 2, number / 2 + own, 1 + own, -own, 0d }.Where(value => (double)value! != number),
            null => [own, 1 + own, -own],
            double[] numbers => [(double[])[.. numbers, own], (double[])[own]],
            ulong[] words => [(ulong[])[.. words, 1]],
            string[] names => [(string[])[.. names, "other"]],
            _ => [],
        };
    }

    private static TOptions? TryLoad<TOptions>(TOptions options, SavedMembers saved)
        where TOptions : OptimizerOptions
    {
        try
        {
            return saved.Load(options);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidDataException or InvalidOperationException)
        {
            return null;
        }
    }
}
