namespace TensorEngine.Schedules;

/// <summary>
/// Computes a learning rate, or a momentum, from the initial rate and the step number, as torch's schedulers map the <c>base_lrs</c> of an
/// optimizer's groups. One schedule serves groups with different initial rates.
/// </summary>
/// <remarks>
/// Step 0 is the first step of the optimizer: <see cref="At"/> returns the rate of PyTorch's optimizer after <c>step</c> calls of
/// <c>scheduler.step()</c>. Most schedules scale the initial rate. <see cref="CosineAnnealing"/>, <see cref="CosineWarmRestarts"/> and
/// <see cref="Annealing"/> move from it to a rate of their own, and <see cref="Cyclic"/> and <see cref="OneCycle"/>, like their
/// counterparts in torch, ignore it. Schedules are immutable and have closed forms: a run resumes from its step number alone,
/// <see cref="At"/> may be called with steps in any order and from any thread, and the same step has the same bits on every machine.
/// <see cref="At"/> allocates nothing. Schedules can be combined: <see cref="SequentialSchedule"/> (one after the other),
/// <see cref="ChainedSchedule"/> (each scales the rate of the previous one), <see cref="LinearWarmUp"/> and <see cref="ConstantWarmUp"/>
/// (in front of any other). Unless a schedule says more, its error is at most 1e-14 of its largest rate from the exact formula. An initial
/// rate of 0 times any factor is 0, and a product beyond the range of double becomes the largest double. <see cref="ReduceOnPlateau"/> is
/// not a function of the step and therefore not a schedule.
/// </remarks>
public abstract class Schedule
{
    /// <summary>Returns the value at a step.</summary>
    /// <param name="initialRate">The initial rate of the optimizer or its group; at least 0.</param>
    /// <param name="step">The number of steps that the optimizer has already taken; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="initialRate"/> is negative, NaN or infinite, or <paramref name="step"/> is negative.
    /// </exception>
    public double At(double initialRate, long step)
    {
        if (!(initialRate >= 0 && double.IsFinite(initialRate)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(initialRate), initialRate, $"initialRate is {initialRate}; it must be at least 0 and finite.");
        }

        if (step < 0)
            throw new ArgumentOutOfRangeException(nameof(step), step, $"step is {step}; the first step is 0.");
        return RateAt(initialRate, step);
    }

    /// <summary>Returns the value at a step; <see cref="At"/> has checked the arguments.</summary>
    /// <param name="initialRate">The initial rate; at least 0 and finite.</param>
    /// <param name="step">The number of steps already taken; at least 0.</param>
    protected abstract double RateAt(double initialRate, long step);
}
