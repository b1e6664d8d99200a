namespace TensorEngine.Averages;

/// <summary>
/// average = average + (value - average) / (updates + 1): the plain mean of the values at all updates.
/// Source: Izmailov et al., Averaging weights leads to wider optima and better generalization, 2018.
/// </summary>
/// <param name="store">The store whose values are averaged; its layout is fixed from now on.</param>
/// <exception cref="ArgumentNullException"><paramref name="store"/> is null.</exception>
public sealed class StochasticWeightAverage(ParameterStore store) : ValueAverage(store)
{
    /// <inheritdoc/>
    protected override string Kind => "StochasticWeightAverage";

    /// <inheritdoc/>
    protected override double Weight(long updates) => 1.0 / (updates + 1);
}
