using System.Globalization;

namespace TensorEngine.Minimization;

/// <summary>What a <see cref="GradientCheck"/> has found: the component that is worst.</summary>
/// <param name="Worst">The variable of the worst component.</param>
/// <param name="Row">The residual of the worst component; null for the gradient of a function.</param>
/// <param name="Given">What the gradient or Jacobian says there.</param>
/// <param name="Expected">What differences of the values say.</param>
/// <param name="Uncertainty">How far the differences themselves may be off.</param>
/// <param name="RelativeError">
/// max(0, |given - expected| - uncertainty) / max(|given|, |expected|), 0 if all are 0; infinity if one is not finite.
/// </param>
/// <param name="Tolerance">The relative error that passes.</param>
public sealed record GradientCheckResult(
    int Worst, int? Row, double Given, double Expected, double Uncertainty, double RelativeError, double Tolerance)
{
    /// <summary>
    /// The name of the worst component's parameter, of whose elements <see cref="Worst"/> is the number; null for functions of doubles.
    /// </summary>
    public string? Parameter { get; init; }

    /// <summary>Whether every component is within the tolerance.</summary>
    public bool Passed => RelativeError <= Tolerance;

    /// <summary>
    /// The worst component: "gradient[3] is 2.5, differences give 5 ± 1e-10: a relative error of 0.5, above 1e-06"; of parameters
    /// "gradient of "dense/weight"[3] is ...".
    /// </summary>
    public override string ToString()
    {
        string component = Row is { } row ? $"jacobian[{row}, {Worst}]" : $"gradient[{Worst}]", side = Passed ? "within" : "above";
        if (Parameter is not null)
            component = $"gradient of \"{Parameter}\"[{Worst}]";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{component} is {Given}, differences give {Expected} ± {Uncertainty:G2}: a relative error of {RelativeError:G2}, "
            + $"{side} {Tolerance}");
    }

    /// <summary>Throws if a component is wrong: for tests.</summary>
    /// <exception cref="InvalidOperationException">A relative error is above the tolerance; the message names the worst.</exception>
    public void ThrowIfWrong()
    {
        if (!Passed)
            throw new InvalidOperationException(ToString());
    }
}
