namespace TensorEngine.Schedules;

/// <summary>
/// A learning rate, or a momentum, as a function of the step number: <c>adam.Options.LearningRate = schedule.At(step)</c>.
/// </summary>
/// <remarks>
/// Step 0 is the first step of the optimizer: <see cref="At"/> has what PyTorch's optimizer holds after <c>step</c> calls of
/// <c>scheduler.step()</c>. Schedules are immutable and closed forms: a run resumes from its step number alone, steps may be asked
/// for in any order and from any thread, and the same step has the same bits on every machine. <see cref="At"/> allocates nothing.
/// They combine: <see cref="SequentialSchedule"/> (one after the other), <see cref="ChainedSchedule"/> (their product, where all but
/// one have the rate 1), <see cref="LinearWarmUp"/> and <see cref="ConstantWarmUp"/> (in front of any other). Unless a schedule says
/// more, its error is at most 1e-14 of its largest rate from the exact formula. <see cref="ReduceOnPlateau"/> is no function of
/// the step, and no schedule.
/// </remarks>
public abstract class Schedule
{
    /// <summary>The value in force at a step.</summary>
    /// <param name="step">How many steps the optimizer has taken before; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is negative.</exception>
    public double At(long step) =>
        step >= 0 ? ValueAt(step) : throw new ArgumentOutOfRangeException(nameof(step), step, $"step is {step}; the first step is 0.");

    /// <summary>The value in force at a step, which is at least 0.</summary>
    protected abstract double ValueAt(long step);
}
