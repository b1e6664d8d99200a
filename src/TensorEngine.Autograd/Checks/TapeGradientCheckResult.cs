using System.Globalization;

namespace TensorEngine.Autograd.Checks;

/// <summary>What <see cref="TapeGradientCheck"/> has found: the worst direction, and how many could be looked at.</summary>
/// <param name="Parameter">The name of the parameter that the worst direction is of.</param>
/// <param name="Given">How much the gradient says the loss changes over the step.</param>
/// <param name="Found">How much it does.</param>
/// <param name="Uncertainty">How far the two may be apart because of kinks, curvature and rounding.</param>
/// <param name="RelativeError">What the difference is beyond that, as a share of the larger one.</param>
/// <param name="Tolerance">The relative error that passes.</param>
public sealed record TapeGradientCheckResult(
    string Parameter, double Given, double Found, double Uncertainty, double RelativeError, double Tolerance)
{
    /// <summary>How many directions were compared.</summary>
    public int Compared { get; init; }

    /// <summary>How many were left out, as kinks, curvature or rounding hide the slope at every step.</summary>
    public int LeftOut { get; init; }

    /// <summary>The parameters of which every direction was left out.</summary>
    public IReadOnlyList<string> NotCompared { get; init; } = [];

    /// <summary>Whether no direction that was compared is off by more than the tolerance, and at least one was compared.</summary>
    public bool Passed => Compared > 0 && RelativeError <= Tolerance;

    /// <summary>What was found, in a sentence.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Passed ? "passed" : "failed")}: along a direction of {Parameter} the loss changes by {Found:G6}, the gradient says {Given:G6}; "
        + $"uncertainty {Uncertainty:G2}, relative error {RelativeError:G2} of at most {Tolerance:G2}; "
        + $"{Compared} directions compared, {LeftOut} left out");

    /// <summary>Throws if the check has not passed.</summary>
    /// <exception cref="InvalidOperationException">
    /// <see cref="Passed"/> is false; the message is that of <see cref="ToString"/>.
    /// </exception>
    public void ThrowIfWrong()
    {
        if (!Passed)
            throw new InvalidOperationException($"The gradient check {ToString()}.");
    }
}
