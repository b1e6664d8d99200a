using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>
/// An optimizer that estimates the distance to the solution, so that there is no learning rate to choose. The estimate comes from sums over
/// all elements of all trainable parameters, including those in groups. The sums are computed in double, for each parameter in the order
/// that <see cref="Numerics.Reduction"/> states and over the parameters in the order of the stores, so the bits depend neither on the width
/// nor on the number of threads. The estimate is saved with the state.
/// </summary>
/// <remarks>
/// The options that control the estimate are those of the first group. Each group has its own learning rate, which is a factor of the
/// estimate and 1 by default, and its own decay rates and weight decay.
/// </remarks>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
public abstract class DistanceOptimizer<TOptions> : Optimizer<TOptions>
    where TOptions : OptimizerOptions
{
    private readonly string[] _names;
    private CarriedNumbers _numbers;

    private protected DistanceOptimizer(
        IEnumerable<Parameter> parameters, TOptions options, IReadOnlyList<StateLayout> states, IReadOnlyList<CarriedNumber> numbers)
        : base(parameters, options, states)
    {
        _names = [.. numbers.Select(number => number.Name)];
        _numbers = CarriedNumbers.Initial(numbers);
    }

    /// <summary>The current estimate of the distance to the solution.</summary>
    public abstract double Distance { get; }

    /// <summary>The numbers that are saved with the state.</summary>
    private protected ref CarriedNumbers Numbers => ref _numbers;

    /// <summary>The estimate before the current step.</summary>
    private protected double DistanceOfStep { get; private set; }

    internal override string WhyWhole => "its estimate is a sum over all elements.";

    internal override void DescribeState(StateArchive archive)
    {
        base.DescribeState(archive);
        CarriedNumbers numbers = _numbers;
        for (int i = 0; i < _names.Length; i++)
            numbers[i] = archive.Number(_names[i], numbers[i]);
        archive.Commit(() => _numbers = numbers);
    }

    internal override void Take(double gradientFactor)
    {
        double first = 0, second = 0;
        DistanceOfStep = Distance;
        for (int slot = 0; slot < Parameters.Count; slot++)
        {
            if (!Parameters[slot].Trainable)
                continue;
            ParameterBatch batch = Slots.BatchOf(slot);
            TOptions options = ((ParameterGroup<TOptions>)AnyGroups[batch.Group]).StepOptions;
            var step = new ParameterStep<TOptions>(options, batch.Step + 1, this, slot, SweepBuffersOf(batch, gradientFactor));
            (double ofFirst, double ofSecond) = Measure(step);
            first += ofFirst;
            second += ofSecond;
        }

        CarriedNumbers before = _numbers;
        Estimate(first, second);
        try
        {
            base.Take(gradientFactor);
        }
        catch (OverflowException)
        {
            _numbers = before;
            throw;
        }
    }

    /// <summary>Returns a parameter's contribution to both sums. In the first step, prepares its state.</summary>
    private protected abstract (double First, double Second) Measure(in ParameterStep<TOptions> step);

    /// <summary>Updates the estimate from both sums; a step follows.</summary>
    private protected abstract void Estimate(double first, double second);
}
