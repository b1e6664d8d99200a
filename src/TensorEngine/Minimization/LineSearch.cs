namespace TensorEngine.Minimization;

/// <summary>
/// Finds a step that satisfies the strong Wolfe conditions, like the search in torch.optim.LBFGS: first a bracket, by extrapolation, which
/// is then divided, both with cubic interpolation. A value that is not a finite number counts as infinitely large, so the search returns
/// from where the function is not defined. All memory is allocated on construction.
/// </summary>
internal sealed class LineSearch(int length)
{
    private const int MaximumIterations = 25;

    // The share of the slope's decrease that the value must achieve, and of the slope that may remain.
    private const double SufficientDecrease = 1e-4;
    private const double RemainingSlope = 0.9;

    // Half of the distance from 1 to the next float.
    private const double SingleRounding = 1.0 / (1 << 24);

    private Trial _spare = new(length);
    private Trial _low = new(length);
    private Trial _high = new(length);
    private bool _sawFinite;
    private bool _isUnbounded;
    private DescentEvidence _evidence;

    private double[] Point { get; } = new double[length];

    /// <summary>Memory that is free between searches.</summary>
    public double[] Scratch1 => _spare.Gradient;

    /// <inheritdoc cref="Scratch1"/>
    public double[] Scratch2 => _low.Gradient;

    /// <summary>Whether a trial of the last search was finite.</summary>
    public bool SawFinite => _sawFinite;

    /// <summary>
    /// Whether a trial of the last search had a value of negative infinity, or the value falls as steeply as at the start up to the last
    /// trial, at more than 1e10 times the first step.
    /// </summary>
    public bool IsUnbounded => _isUnbounded;

    /// <summary>Gets what the trials of the last search that were not lower imply about the slope at its start.</summary>
    public DescentEvidence Evidence => _evidence;

    /// <summary>Where a search starts: the step to try first, and value and slope at a step of 0.</summary>
    public readonly record struct Start(double Step, double Value, double Slope);

    /// <summary>The result of a search.</summary>
    /// <param name="Step">The step; 0 if no trial is lower than the start.</param>
    /// <param name="Value">The value there.</param>
    /// <param name="Evaluations">The number of evaluations.</param>
    public readonly record struct Found(double Step, double Value, int Evaluations);

    /// <summary>Searches from a point along a direction.</summary>
    /// <param name="objective">The function.</param>
    /// <param name="point">The start.</param>
    /// <param name="direction">A direction of descent.</param>
    /// <param name="start">The step to try first, and value and slope at the point.</param>
    /// <param name="gradient">The gradient at the point; becomes the one at the step that was found.</param>
    /// <param name="tolerance">The length below which a bracket is not divided any more.</param>
    public Found Run(
        Objective objective,
        ReadOnlySpan<double> point,
        ReadOnlySpan<double> direction,
        Start start,
        Span<double> gradient,
        double tolerance)
    {
        _sawFinite = _isUnbounded = false;
        _evidence = default;
        // In the first part the two ends are the last trial but one and the last one.
        (Trial previous, Trial last) = (_low, _high);
        previous.Set(0, start.Value, start.Slope);
        gradient.CopyTo(previous.Gradient);
        Evaluate(objective, point, direction, start, start.Step, last);

        int iterations = 0;
        bool done = false, bracketed = false;
        while (iterations < MaximumIterations)
        {
            bool tooHigh = last.Value > start.Value + SufficientDecrease * last.Step * start.Slope;
            if (tooHigh || (iterations > 1 && last.Value >= previous.Value))
            {
                bracketed = true;
                break;
            }

            if (Math.Abs(last.Slope) <= -RemainingSlope * start.Slope)
            {
                done = true;
                break;
            }

            if (last.Slope >= 0)
            {
                bracketed = true;
                break;
            }

            double nearest = last.Step + 0.01 * (last.Step - previous.Step), farthest = last.Step * 10;
            double next = Cubic.Minimum(previous.At, last.At, nearest, farthest);
            (previous, last) = (last, previous);
            Evaluate(objective, point, direction, start, next, last);
            iterations++;
        }

        if (!done && !bracketed)
        {
            // Out of evaluations: the lowest of the start and the last two trials, the start if they are equal.
            (_low, _high) = (previous, last);
            bool falls = last.Value < previous.Value && last.Slope < RemainingSlope * start.Slope;
            _isUnbounded |= falls && last.Step > 1e10 * start.Step;
            Trial lowest = previous.Value < last.Value ? previous : last;
            if (start.Value <= lowest.Value)
                return new(0, start.Value, iterations + 1);
            lowest.Gradient.AsSpan(0, gradient.Length).CopyTo(gradient);
            return new(lowest.Step, lowest.Value, iterations + 1);
        }

        (_low, _high) = done || last.Value < previous.Value ? (last, previous) : (previous, last);
        if (!done)
            iterations = Divide(objective, point, direction, start, tolerance, iterations);
        _low.Gradient.AsSpan(0, gradient.Length).CopyTo(gradient);
        return new(_low.Step, _low.Value, iterations + 1);
    }

    private int Divide(
        Objective objective,
        ReadOnlySpan<double> point,
        ReadOnlySpan<double> direction,
        Start start,
        double tolerance,
        int iterations)
    {
        double longest = DoubleVector.LargestMagnitude(direction);
        bool stuck = false;
        while (iterations < MaximumIterations)
        {
            double left = Math.Min(_low.Step, _high.Step), right = Math.Max(_low.Step, _high.Step);
            if ((right - left) * longest < tolerance)
                break;

            // A minimum near an end is taken once; then, or if it is the end itself, a tenth of the bracket away from it.
            double step = Cubic.Minimum(_low.At, _high.At, left, right), margin = 0.1 * (right - left);
            if (Math.Min(right - step, step - left) < margin)
            {
                bool leave = stuck || step >= right || step <= left;
                if (leave)
                    step = Math.Abs(step - right) < Math.Abs(step - left) ? right - margin : left + margin;
                stuck = !leave;
            }
            else
            {
                stuck = false;
            }

            Trial trial = _spare;
            Evaluate(objective, point, direction, start, step, trial);
            iterations++;
            if (trial.Value > start.Value + SufficientDecrease * step * start.Slope || trial.Value >= _low.Value)
            {
                (_high, _spare) = (trial, _high);
                if (_high.Value < _low.Value)
                    (_low, _high) = (_high, _low);
                continue;
            }

            bool done = Math.Abs(trial.Slope) <= -RemainingSlope * start.Slope;
            if (!done && trial.Slope * (_high.Step - _low.Step) >= 0)
                (_low, _high, _spare) = (trial, _low, _high);
            else
                (_low, _spare) = (trial, _low);
            if (done)
                break;
        }

        return iterations;
    }

    private void Evaluate(
        Objective objective, ReadOnlySpan<double> point, ReadOnlySpan<double> direction, Start start, double step, Trial trial)
    {
        Span<double> there = Point.AsSpan(0, point.Length), gradient = trial.Gradient.AsSpan(0, point.Length);
        DoubleVector.Move(point, step, direction, there);
        double value = objective(there, gradient), slope = DoubleVector.Dot(gradient, direction);
        bool finite = double.IsFinite(value) && double.IsFinite(slope);
        _sawFinite |= finite;
        _isUnbounded |= double.IsNegativeInfinity(value);
        if (finite && value >= start.Value)
            Note(start, new(step, value, slope), point, gradient);
        trial.Set(step, finite ? value : double.PositiveInfinity, slope);
    }

    // Only where rounding the point to floats, and values in their computation, changes a thousandth of what the slope promises at most.
    private void Note(Start start, StepPoint trial, ReadOnlySpan<double> point, ReadOnlySpan<double> gradient)
    {
        double magnitude = Math.Max(Math.Abs(trial.Value), Math.Abs(start.Value)), promised = -start.Slope * trial.Step;
        double byPoint = Math.Sqrt(DoubleVector.Dot(gradient, gradient)) * Math.Sqrt(DoubleVector.Dot(point, point));
        if (promised > 1e3 * SingleRounding * Math.Max(magnitude, byPoint))
            _evidence.Note(trial.Step, trial.Value - start.Value, promised, magnitude);
    }

    /// <summary>A step that was tried.</summary>
    public sealed class Trial(int length)
    {
        public StepPoint At { get; private set; }

        public double Step => At.Step;

        public double Value => At.Value;

        public double Slope => At.Slope;

        public double[] Gradient { get; } = new double[length];

        public void Set(double step, double value, double slope) => At = new(step, value, slope);
    }
}
