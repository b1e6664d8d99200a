using System.Globalization;

namespace TensorEngine.Minimization;

/// <summary>The result of a <see cref="GradientCheck"/>: the worst component.</summary>
/// <param name="Worst">The variable of the worst component.</param>
/// <param name="Row">The residual of the worst component; null for the gradient of a function.</param>
/// <param name="Given">The value in the given gradient or Jacobian.</param>
/// <param name="Expected">The value from differences.</param>
/// <param name="Uncertainty">The uncertainty of the differences.</param>
/// <param name="RelativeError">
/// max(0, |given - expected| - uncertainty) / max(|given|, |expected|), 0 if all are 0; infinity if one is not finite.
/// </param>
/// <param name="Tolerance">The largest relative error that passes.</param>
public sealed record GradientCheckResult(
    int Worst, int? Row, double Given, double Expected, double Uncertainty, double RelativeError, double Tolerance)
{
    /// <summary>
    /// The name of the parameter with the worst component, whose index in it is <see cref="Worst"/>; null for functions of doubles.
    /// </summary>
    public string? Parameter { get; init; }

    /// <summary>Whether every component is within the tolerance.</summary>
    public bool Passed => RelativeError <= Tolerance;

    /// <summary>
    /// Returns a description of the worst component: "gradient[3] is 2.5, differences give 5 ± 1e-10: a relative error of 0.5, above
    /// 1e-06"; of parameters "gradient of "dense/weight"[3] is ...".
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

    /// <summary>Throws if a component is wrong. Use it in tests.</summary>
    /// <exception cref="InvalidOperationException">A relative error is above the tolerance; the message names the worst.</exception>
    public void ThrowIfWrong()
    {
        if (!Passed)
            throw new InvalidOperationException(ToString());
    }
}
