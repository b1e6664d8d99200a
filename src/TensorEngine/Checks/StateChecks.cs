using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Checks;

/// <summary>Checks whether an optimizer describes its state correctly.</summary>
internal static class StateChecks
{
    /// <summary>Checks whether every state has a unique name, and a step runs with that number of states.</summary>
    /// <param name="subject">The optimizer.</param>
    /// <param name="at">The optimizer's options, for the message.</param>
    public static IEnumerable<Finding> NamesFit(StepSubject subject, string at)
    {
        IReadOnlyList<StateName> states = subject.States;
        string names = string.Join(", ", states.Select(state => state.Name));
        if (states.Count > SweepBuffers.MostStates)
        {
            yield return new($"States{at}", $"at most {SweepBuffers.MostStates} names", $"{states.Count} names: {names}");
            yield break;
        }

        if (SavedNames.FirstFault(states.Select(state => state.Name)) is { } fault)
            yield return new($"States{at}", "names that are not empty, each once", $"{fault} in {names}");
        if (subject.Carried.Count > CarriedNumbers.Capacity)
        {
            yield return new("Carried", $"at most {CarriedNumbers.Capacity} numbers", $"{subject.Carried.Count} numbers");
            yield break;
        }

        if (SavedNames.FirstFault(SavedNames.Taken.Concat(subject.Carried.Select(number => number.Name))) is { } carriedFault)
        {
            string allowed = $"names that are not empty, each once, none of {string.Join(", ", SavedNames.Taken)}";
            yield return new("Carried", allowed, carriedFault);
        }

        if (Refusal(subject) is { } refusal)
            yield return new($"first step{at}", "a rule with as many states as the options name", refusal);
    }

    /// <summary>Finds a carried number without a name, which would not be saved; null if there is none.</summary>
    public static Finding? UndeclaredNumber(StepSubject subject)
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
}
