namespace TensorEngine.Minimization;

/// <summary>
/// Estimates the descent that a linear model promises from trials that were not lower: fits a t + b t² to the two shortest whose changes
/// are not hidden by rounding.
/// </summary>
internal struct DescentEvidence
{
    /// <summary>The largest expected gain of a model, relative to the value, that rounding can hide.</summary>
    public const double HiddenByRounding = 1e4 * DoubleVector.Epsilon;

    // The most that is believed to be noise, relative to the value.
    private const double LargestNoise = 1e-8;

    // How much of a value a rise must be to be no rounding.
    private const double Clear = 1e6 * DoubleVector.Epsilon;

    private double _length;
    private double _rise;
    private double _slope;
    private double _linear;
    private double _quadratic;
    private double _lastChange;

    /// <summary>Whether there were two such trials.</summary>
    public bool IsKnown { readonly get; private set; }

    /// <summary>Whether the rise is a slope that contradicts the model, and not a curvature.</summary>
    public readonly bool Contradicts => IsKnown && _linear > 0.1 * _slope;

    /// <summary>
    /// Whether rounding hides what a model expects to gain, or what its slope can gain against the curvature that was seen: either is
    /// within <see cref="HiddenByRounding"/> of the magnitude, or within the change of the last trial, which was too short for more.
    /// </summary>
    public readonly bool Hides(double expected, double magnitude)
    {
        double attainable = IsKnown && _quadratic > 0 ? _slope * _slope / (4 * _quadratic) : double.PositiveInfinity;
        double noise = Math.Min(_lastChange, LargestNoise * magnitude);
        return Math.Min(expected, attainable) <= Math.Max(HiddenByRounding * magnitude, noise);
    }

    /// <summary>Takes note of a trial that was not lower, shorter than those before.</summary>
    /// <param name="length">How far it was.</param>
    /// <param name="rise">How much higher it was.</param>
    /// <param name="promised">How much lower the model says that it is.</param>
    /// <param name="magnitude">The magnitude of the values.</param>
    public void Note(double length, double rise, double promised, double magnitude)
    {
        _lastChange = Math.Abs(rise);
        // A rise that does not shrink with the length is noise, however large.
        if (!(rise > Clear * magnitude) || (_length > length && rise > 3 * _rise * (length / _length)))
            return;
        if (_length > length)
        {
            IsKnown = true;
            _linear = (rise * (_length / length) - _rise * (length / _length)) / (_length - length);
            _quadratic = (rise / length - _linear) / length;
        }

        (_length, _rise, _slope) = (length, rise, promised / length);
    }
}
