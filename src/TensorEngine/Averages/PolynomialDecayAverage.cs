namespace TensorEngine.Averages;

/// <summary>
/// average = average + (1 + gamma) / (updates + 1 + gamma) * (value - average): a mean in which early values count less the longer training
/// lasts, and which is dominated by the last 1 / (1 + gamma) of the updates. With a gamma of 0 it is the plain mean. Use it to evaluate the
/// optimizer DoG.
/// Source: Shamir and Zhang, Stochastic gradient descent for non-smooth optimization, 2013, section 4; a gamma of 8 as in Ivgi, Hinder and
/// Carmon, DoG is SGD's best friend, 2023.
/// </summary>
public sealed class PolynomialDecayAverage : ValueAverage
{
    /// <summary>Allocates the memory for an average of <paramref name="store"/>, and fixes its layout.</summary>
    /// <param name="store">The store whose values are averaged; its layout is fixed from now on.</param>
    /// <param name="gamma">The rate at which early values are forgotten; at least 0, by default 8.</param>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="gamma"/> is negative, NaN or not finite as a float.</exception>
    public PolynomialDecayAverage(ParameterStore store, double gamma = 8)
        : base(store) => Gamma = HyperParameter.NonNegative(gamma, nameof(gamma));

    /// <summary>The rate at which early values are forgotten.</summary>
    public double Gamma { get; }

    /// <inheritdoc/>
    protected override string Kind => "PolynomialDecayAverage";

    /// <inheritdoc/>
    public override void Describe(StateArchive archive)
    {
        base.Describe(archive);
        archive.Fixed(nameof(Gamma), Gamma);
    }

    /// <inheritdoc/>
    protected override double Weight(long updates) => (1 + Gamma) / (updates + 1 + Gamma);
}
