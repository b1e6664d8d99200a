using TensorEngine.Optimizers.Stepping;

namespace TensorEngine.Optimizers;

/// <summary>
/// An optimizer that finds out by itself how far it has to go, so that there is no learning rate to choose: from sums over all elements
/// of all trainable parameters, groups included. They are added in double, each parameter's in the shape that
/// <see cref="Numerics.Reduction"/> states and the parameters' in the order of the stores, so that the bits depend neither on the width nor
/// on the number of threads. What it has found is saved with the state.
/// </summary>
/// <remarks>
/// The options that say how to estimate are those of the first group; learning rates, which are factors of the estimate and 1 by default,
/// memories and decay are each group's own.
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

    /// <summary>How far the values have to go, as the optimizer estimates it now.</summary>
    public abstract double Distance { get; }

    /// <summary>What is saved.</summary>
    private protected ref CarriedNumbers Numbers => ref _numbers;

    /// <summary>The estimate before the step that is being taken.</summary>
    private protected double DistanceOfStep { get; private set; }

    internal override string WhyWhole => "what it finds out is summed over all elements.";

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

    /// <summary>A parameter's part of both sums. In its first step, prepares its state.</summary>
    private protected abstract (double First, double Second) Measure(in ParameterStep<TOptions> step);

    /// <summary>Takes both sums into the estimate; a step follows.</summary>
    private protected abstract void Estimate(double first, double second);
}
