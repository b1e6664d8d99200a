namespace TensorEngine.Minimization;

/// <summary>
/// A function times a power of two, which brings the gradient at the start near 1, so that no dot product overflows or vanishes
/// whatever the unit of the value; results are the same up to that factor. Counts evaluations and clears gradients before them.
/// </summary>
internal sealed class ScaledObjective(Objective objective)
{
    private int _exponent;

    /// <summary>The number of evaluations.</summary>
    public long Evaluations { get; private set; }

    /// <summary>Evaluates at the start and chooses the factor.</summary>
    /// <returns>The value times the factor, which is 1 if value or gradient are not finite numbers.</returns>
    public double Begin(ReadOnlySpan<double> point, Span<double> gradient)
    {
        _exponent = 0;
        double value = Evaluate(point, gradient), largest = DoubleVector.LargestMagnitude(gradient);
        if (!double.IsFinite(value) || !double.IsFinite(largest) || largest == 0)
            return value;
        _exponent = -Math.ILogB(largest);
        Scale(gradient);
        return Math.ScaleB(value, _exponent);
    }

    /// <summary>Evaluates; value and gradient are times the factor.</summary>
    public double Evaluate(ReadOnlySpan<double> point, Span<double> gradient)
    {
        gradient.Clear();
        double value = objective(point, gradient);
        Evaluations++;
        Scale(gradient);
        return Math.ScaleB(value, _exponent);
    }

    /// <summary>A value, or an element of the gradient, in the unit of the function.</summary>
    public double Unscale(double value) => Math.ScaleB(value, -_exponent);

    private void Scale(Span<double> gradient)
    {
        if (_exponent == 0)
            return;
        foreach (ref double element in gradient)
            element = Math.ScaleB(element, _exponent);
    }
}
