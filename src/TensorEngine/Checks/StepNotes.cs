using System.Globalization;

namespace TensorEngine.Checks;

/// <summary>Reports what a step does to zeros and to nonfinite gradients.</summary>
internal static class StepNotes
{
    private const int Steps = 3;

    public static IEnumerable<string> Of(StepSubject subject)
    {
        (float Value, int Step)? moved = Follow(subject, 0f, [0f, 0f, 0f], static value => BitConverter.SingleToInt32Bits(value) != 0);
        yield return moved is var (zero, when)
            ? $"A value of 0 whose gradients are 0 becomes {FloatBits.Text(zero)} in step {when}; "
            + "the padding of parameters is set back to 0."
            : "A value of 0 whose gradients are 0 stays 0.";
        foreach ((string name, float gradient) in new (string, float)[] { ("NaN", float.NaN), ("infinity", float.PositiveInfinity) })
        {
            (float Value, int Step)? lost = Follow(subject, 1f, [gradient, 0.5f, 0.5f], static value => !float.IsFinite(value));
            yield return lost is var (value, step)
                ? string.Create(CultureInfo.InvariantCulture, $"A gradient of {name} in step 1 makes the value {value} in step {step}.")
                : $"A gradient of {name} in step 1 leaves the value finite for {Steps} steps.";
        }
    }

    /// <summary>Gets the value after the first step that gives it the wanted property.</summary>
    private static (float Value, int Step)? Follow(StepSubject subject, float start, ReadOnlySpan<float> gradients, Predicate<float> isIt)
    {
        var trial = new Trial(subject, new TestElements(1, Steps, seed: 6)) { Width = 1 };
        trial.Start(0, 1);
        trial.Buffer(0)[0] = start;
        for (int step = 1; step <= Steps; step++)
        {
            trial.Step(gradients.Slice(step - 1, 1));
            if (isIt(trial.Buffer(0)[0]))
                return (trial.Buffer(0)[0], step);
        }

        return null;
    }
}
