namespace TensorEngine.Minimization;

/// <summary>
/// Finds a step that satisfies the strong Wolfe conditions
/// <code>
/// f(t) &lt;= f(0) + 1e-4 t f'(0),   |f'(t)| &lt;= 0.9 |f'(0)|
/// </code>
/// by extrapolation to a bracket, which is then divided, both with cubic interpolation. It ends with the lowest trial, so the value never
/// rises, even if it is interrupted. A value that is not finite counts as infinitely large. Steps have no unit. All memory is allocated on
/// construction.
/// Source: Nocedal and Wright, Numerical optimization, 2006, algorithms 3.5 and 3.6.
/// </summary>
internal sealed class WolfeSearch(int length)
{
    private const int MaximumTrials = 60;
    private const double SufficientDecrease = 1e-4;
    private const double RemainingSlope = 0.9;

    private double[] _point = new double[length];
    private double[] _gradient = new double[length];
    private double[] _bestPoint = new double[length];
    private double[] _bestGradient = new double[length];
    private StepPoint _start;
    private StepPoint _low;
    private StepPoint _high;
    private StepPoint _best;
    private bool _bracketed;
    private bool _stuck;
    private bool _sawFinite;
    private DescentEvidence _evidence;

    /// <summary>Memory that is free between searches.</summary>
    public Span<double> Scratch1 => _point;

    /// <inheritdoc cref="Scratch1"/>
    public Span<double> Scratch2 => _gradient;

    /// <summary>The best step, its value and slope.</summary>
    public StepPoint Best => _best;

    /// <summary>The point at the best step; meaningless if the search failed.</summary>
    public ReadOnlySpan<double> BestPoint => _bestPoint;

    /// <summary>The gradient at the best step; meaningless if the search failed.</summary>
    public ReadOnlySpan<double> BestGradient => _bestGradient;

    /// <summary>The evidence about the slope at the start from trials that were not lower.</summary>
    public DescentEvidence Evidence => _evidence;

    /// <summary>Searches from a point along a direction.</summary>
    /// <param name="objective">The function.</param>
    /// <param name="point">The start.</param>
    /// <param name="direction">A direction of descent.</param>
    /// <param name="start">The step to try first, and value and slope at the point.</param>
    /// <param name="box">How far it may go.</param>
    /// <param name="budget">The budget, which can end the search before an evaluation.</param>
    public SearchEnd Run(
        ScaledObjective objective,
        ReadOnlySpan<double> point,
        ReadOnlySpan<double> direction,
        StepPoint start,
        in SearchBox box,
        EvaluationBudget budget)
    {
        _start = _low = _best = start with { Step = 0 };
        _bracketed = _stuck = _sawFinite = false;
        _evidence = default;
        double step = start.Step, longest = box.Longest, shortest = ShortestStep(point, direction);
        for (int trials = 0; trials < MaximumTrials && !budget.IsSpent(objective.Evaluations); trials++)
        {
            if (step == 1 && !box.Target.IsEmpty)
                box.Target.CopyTo(_point);
            else
                DoubleVector.Move(point, step, direction, _point);
            box.Bounds?.Clamp(_point);
            double value = objective.Evaluate(_point, _gradient), slope = DoubleVector.Dot(_gradient, direction);
            if (double.IsNegativeInfinity(value))
                return SearchEnd.Unbounded;
            if (Take(new(step, value, slope)))
                return SearchEnd.Succeeded;
            if (!_bracketed && step == longest)
                return SearchEnd.Succeeded;
            if (_bracketed && IsTooShort(shortest))
                return End();
            step = _bracketed ? Divide() : Extrapolate(step, longest);
        }

        return !_bracketed && !budget.IsSpent(objective.Evaluations) ? SearchEnd.Unbounded : End();
    }

    /// <summary>Sorts a trial in.</summary>
    /// <returns>Whether the conditions hold there, and no other trial is lower.</returns>
    private bool Take(StepPoint trial)
    {
        bool finite = double.IsFinite(trial.Value) && double.IsFinite(trial.Slope);
        if (!finite)
        {
            (_high, _bracketed) = (trial with { Value = double.PositiveInfinity }, true);
            return false;
        }

        _sawFinite = true;
        if (trial.Value >= _start.Value)
        {
            double magnitude = Math.Max(Math.Abs(trial.Value), Math.Abs(_start.Value));
            _evidence.Note(trial.Step, trial.Value - _start.Value, -_start.Slope * trial.Step, magnitude);
        }

        bool isBest = trial.Value < _best.Value || (trial.Value == _best.Value && Math.Abs(trial.Slope) < Math.Abs(_best.Slope));
        if (isBest)
        {
            _best = trial;
            (_point, _bestPoint) = (_bestPoint, _point);
            (_gradient, _bestGradient) = (_bestGradient, _gradient);
        }

        // On a plateau of equal values, the slope says where to go.
        bool isHigh = trial.Value > _start.Value + SufficientDecrease * trial.Step * _start.Slope || trial.Value > _low.Value
            || (trial.Value == _low.Value && trial.Slope * (trial.Step - _low.Step) > 0);
        if (isHigh)
        {
            (_high, _bracketed) = (trial, true);
            return false;
        }

        if (isBest && Math.Abs(trial.Slope) <= -RemainingSlope * _start.Slope)
            return true;
        if (_bracketed ? trial.Slope * (_high.Step - _low.Step) >= 0 : trial.Slope >= 0)
            (_high, _bracketed) = (_low, true);
        _low = trial;
        return false;
    }

    private double Extrapolate(double step, double longest)
    {
        // The low end is the last trial; the cubic is the one through it and the start.
        double next = Cubic.Minimum(_start, _low, 2 * step, 10 * step);
        return Math.Min(next, longest);
    }

    private double Divide()
    {
        double left = Math.Min(_low.Step, _high.Step), right = Math.Max(_low.Step, _high.Step), margin = 0.1 * (right - left);
        if (double.IsInfinity(_high.Value))
            return _low.Step == 0 ? _high.Step / 10 : (left + right) / 2;

        // A minimum near an end is taken once; then, or if it is the end itself, a tenth of the bracket away from it.
        double step = Cubic.Minimum(_low, _high, left, right);
        if (Math.Min(right - step, step - left) >= margin)
        {
            _stuck = false;
            return step;
        }

        bool leave = _stuck || step >= right || step <= left;
        _stuck = !leave;
        if (!leave)
            return step;
        return Math.Abs(step - right) < Math.Abs(step - left) ? right - margin : left + margin;
    }

    private bool IsTooShort(double shortest)
    {
        double width = Math.Abs(_high.Step - _low.Step), right = Math.Max(_high.Step, _low.Step);
        return width <= shortest || width <= 4 * DoubleVector.Epsilon * right
            || (_low.Step == 0 && -_start.Slope * right <= DoubleVector.Epsilon / 16 * Math.Abs(_start.Value));
    }

    /// <summary>The step that changes no variable by more than half a unit in its last place.</summary>
    private static double ShortestStep(ReadOnlySpan<double> point, ReadOnlySpan<double> direction)
    {
        double shortest = double.PositiveInfinity;
        for (int i = 0; i < point.Length; i++)
        {
            if (direction[i] != 0)
                shortest = Math.Min(shortest, DoubleVector.Epsilon / 2 * Math.Abs(point[i] / direction[i]));
        }

        return shortest;
    }

    private SearchEnd End()
    {
        if (_best.Step != 0)
            return SearchEnd.Lower;
        return _sawFinite ? SearchEnd.Failed : SearchEnd.NotFinite;
    }
}
