namespace TensorEngine.Optimizers;

/// <summary>Options that schedule-free optimizers share.</summary>
public interface IScheduleFreeOptions
{
    /// <summary>The number of steps over which the learning rate rises from 0; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    long WarmUpSteps { get; }

    /// <summary>r: a step counts in the average by its number to this power; finite, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    double WeightPower { get; }

    /// <summary>A step counts in the average by the largest learning rate so far to this power; finite, by default 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    double WeightRatePower { get; }

    /// <summary>beta: the weight of the evaluation values x in the training values y; in (0, 1).</summary>
    double EvaluationShare { get; }
}
