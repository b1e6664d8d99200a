using System.Globalization;

namespace TensorEngine.Autograd.Checks;

/// <summary>The result of a <see cref="TapeGradientCheck"/>: the worst direction, and the number of directions checked.</summary>
/// <param name="Parameter">The name of the parameter with the worst direction.</param>
/// <param name="Given">The change of the loss over the step according to the gradient.</param>
/// <param name="Found">The actual change of the loss over the step.</param>
/// <param name="Uncertainty">The difference of the two that kinks, curvature and rounding can explain.</param>
/// <param name="RelativeError">The rest of the difference, relative to the larger change.</param>
/// <param name="Tolerance">The largest relative error that passes.</param>
public sealed record TapeGradientCheckResult(
    string Parameter, double Given, double Found, double Uncertainty, double RelativeError, double Tolerance)
{
    /// <summary>The number of directions that were compared.</summary>
    public int Compared { get; init; }

    /// <summary>The number of directions that were left out, because kinks, curvature or rounding hide the slope at every step.</summary>
    public int LeftOut { get; init; }

    /// <summary>The parameters for which every direction was left out.</summary>
    public IReadOnlyList<string> NotCompared { get; init; } = [];

    /// <summary>Whether at least one direction was compared and none exceeds the tolerance.</summary>
    public bool Passed => Compared > 0 && RelativeError <= Tolerance;

    /// <summary>Returns the result as a sentence.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Passed ? "passed" : "failed")}: along a direction of {Parameter} the loss changes by {Found:G6}, the gradient says {Given:G6}; "
        + $"uncertainty {Uncertainty:G2}, relative error {RelativeError:G2} of at most {Tolerance:G2}; "
        + $"{Compared} directions compared, {LeftOut} left out");

    /// <summary>Throws if the check did not pass.</summary>
    /// <exception cref="InvalidOperationException">
    /// <see cref="Passed"/> is false; the message is that of <see cref="ToString"/>.
    /// </exception>
    public void ThrowIfWrong()
    {
        if (!Passed)
            throw new InvalidOperationException($"The gradient check {ToString()}.");
    }
}
