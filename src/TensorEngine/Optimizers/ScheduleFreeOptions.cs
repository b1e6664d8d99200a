using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>Options shared by the schedule-free optimizers.</summary>
public abstract record ScheduleFreeOptions : OptimizerOptions
{
    private protected ScheduleFreeOptions(double learningRate)
        : base(learningRate)
    {
    }

    /// <summary>The number of steps over which the learning rate rises from 0; at least 0, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long WarmUpSteps { get; init => field = Require.AtLeast(0, value, nameof(WarmUpSteps)); }

    /// <summary>r: the weight of a step in the average is its number raised to this power; finite, by default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    public double WeightPower { get; init => field = HyperParameter.Finite(value); }

    /// <summary>
    /// The weight of a step in the average includes the largest learning rate so far raised to this power; finite, by default 2.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not finite as a float.</exception>
    public double WeightRatePower { get; init => field = HyperParameter.Finite(value); } = 2;

    /// <summary>beta: the weight of the evaluation values x in the training values y; in (0, 1).</summary>
    internal abstract double EvaluationShare { get; }

    /// <inheritdoc/>
    protected internal override ScheduleFreeOptions Describe(StateArchive archive) => this with
    {
        WarmUpSteps = archive.Integer(nameof(WarmUpSteps), WarmUpSteps),
        WeightPower = archive.Number(nameof(WeightPower), WeightPower),
        WeightRatePower = archive.Number(nameof(WeightRatePower), WeightRatePower),
    };
}
