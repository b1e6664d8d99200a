using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Checks;

/// <summary>Whether what an optimizer says about its state is so.</summary>
internal static class StateChecks
{
    // What a batch of parameters is saved with beside them.
    private static readonly string[] s_taken = ["group", "step", "parameters"];

    /// <summary>Whether names are there, each once, and a step runs with as many states.</summary>
    /// <param name="subject">The optimizer.</param>
    /// <param name="at">Which options it has.</param>
    public static IEnumerable<Finding> NamesFit(StepSubject subject, string at)
    {
        IReadOnlyList<StateName> states = subject.States;
        string names = string.Join(", ", states.Select(state => state.Name));
        if (states.Count > SweepBuffers.MostStates)
        {
            yield return new($"States{at}", $"at most {SweepBuffers.MostStates} names", $"{states.Count} names: {names}");
            yield break;
        }

        if (FirstFault(states.Select(state => state.Name)) is { } fault)
            yield return new($"States{at}", "names that are not empty, each once", $"{fault} in {names}");
        if (subject.Carried.Count > CarriedNumbers.Capacity)
        {
            yield return new("Carried", $"at most {CarriedNumbers.Capacity} numbers", $"{subject.Carried.Count} numbers");
            yield break;
        }

        if (Refusal(subject) is { } refusal)
            yield return new($"first step{at}", "a rule with as many states as the options name", refusal);
    }

    /// <summary>What is wrong with the numbers that are carried: a name that cannot be saved, or a number without a name.</summary>
    public static Finding? CarriedNumbersFit(StepSubject subject) =>
        FirstFault(s_taken.Concat(subject.Carried.Select(number => number.Name))) is { } fault
            ? new("Carried", $"names that are not empty, each once, none of {string.Join(", ", s_taken)}", fault)
            : UndeclaredNumber(subject);

    private static string? FirstFault(IEnumerable<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (string.IsNullOrEmpty(name))
                return "an empty name";
            if (!seen.Add(name))
                return $"\"{name}\" twice";
        }

        return null;
    }

    private static string? Refusal(StepSubject subject)
    {
        try
        {
            var trial = new Trial(subject, new TestElements(1, 1, seed: 4));
            trial.Start(0, 1);
            trial.Step();
            return null;
        }
        catch (InvalidOperationException exception)
        {
            return exception.Message;
        }
    }

    // A number that has no name is not saved.
    private static Finding? UndeclaredNumber(StepSubject subject)
    {
        var trial = new Trial(subject, new TestElements(1, 3, seed: 4));
        trial.Start(0, 1);
        for (int step = 0; step < 3; step++)
        {
            trial.Step();
            for (int i = subject.Carried.Count; i < CarriedNumbers.Capacity; i++)
            {
                if (trial.Carried[i] != 0)
                {
                    return new(
                        $"step {trial.Number}, Carried[{i}]",
                        $"0, as Carried names {PlaceText.Count(subject.Carried.Count, "number")}",
                        FloatBits.Text(trial.Carried[i]));
                }
            }
        }

        return null;
    }
}
