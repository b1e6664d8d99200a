using System.Numerics.Tensors;

namespace TensorEngine.Minimization;

/// <summary>
/// The iteration of <see cref="Minimizer"/>: L-BFGS directions, or those of L-BFGS-B within bounds, and a search along each that never
/// rises, so that the point is always the lowest seen. All memory is allocated on construction.
/// </summary>
internal sealed class QuasiNewton
{
    private readonly ScaledObjective _objective;
    private readonly MinimizerOptions _options;
    private readonly EvaluationBudget _budget;
    private readonly LbfgsPairs _pairs;
    private readonly BoundedModel? _model;
    private readonly WolfeSearch _search;
    private readonly double[] _point;
    private readonly double[] _gradient;
    private readonly double[] _direction;
    private double _value;
    private double _startValue;

    public QuasiNewton(Objective objective, ReadOnlySpan<double> start, MinimizerOptions options, CancellationToken cancellationToken)
    {
        _objective = new ScaledObjective(objective);
        _options = options;
        _budget = new EvaluationBudget(options.MaximumEvaluations, cancellationToken);
        _point = start.ToArray();
        options.Bounds?.Clamp(_point);
        _gradient = new double[start.Length];
        _direction = new double[start.Length];
        _pairs = new LbfgsPairs(start.Length, options.HistorySize);
        _model = options.Bounds is { } bounds ? new BoundedModel(_pairs, bounds) : null;
        _search = new WolfeSearch(start.Length);
    }

    private double Norm => _options.Bounds?.LargestFree(_point, _gradient) ?? DoubleVector.LargestMagnitude(_gradient);

    /// <summary>Iterates to the end.</summary>
    public MinimizerResult Run(MinimizerProgress? progress)
    {
        long iterations = 0;
        StopReason reason = Iterate(progress, ref iterations);
        return new(_point, _objective.Unscale(_value), _objective.Unscale(Norm), iterations, _objective.Evaluations, reason);
    }

    private StopReason Iterate(MinimizerProgress? progress, ref long iterations)
    {
        _value = _startValue = _objective.Begin(_point, _gradient);
        if (!double.IsFinite(_value) || !double.IsFinite(DoubleVector.LargestMagnitude(_gradient)))
            return _budget.IsCancelled ? StopReason.Cancelled : StopReason.NotFiniteAtStart;
        _pairs.Restart(_point.Length, FirstScale());
        double expected = double.PositiveInfinity;
        int smallChanges = 0;
        while (true)
        {
            if (_objective.Unscale(Norm) <= _options.GradientTolerance)
                return StopReason.GradientTolerance;
            if (smallChanges == 2)
                return StopReason.ChangeTolerance;
            if (iterations == _options.MaximumIterations)
                return StopReason.MaximumIterations;
            if (_budget.IsSpent(_objective.Evaluations))
                return _budget.Reason;

            SearchBox box = FindDirection();
            double slope = DoubleVector.Dot(_gradient, _direction);
            SearchEnd end = slope < 0
                ? _search.Run(_objective, _point, _direction, new(1, _value, slope), box, _budget)
                : SearchEnd.Failed;
            bool moved = slope < 0 && _search.Best.Step != 0;
            if (moved)
            {
                double change = _value - _search.Best.Value, scale = ValueScale();
                smallChanges = end == SearchEnd.Succeeded && change <= _options.ChangeTolerance * scale ? smallChanges + 1 : 0;
                Move();
                iterations++;
                double reached = _objective.Unscale(_value), norm = _objective.Unscale(Norm);
                progress?.Invoke(new(iterations, _objective.Evaluations, reached, norm, _search.Best.Step), _point);
            }

            if (end == SearchEnd.Unbounded)
                return StopReason.Unbounded;
            if (moved)
                continue;
            if (_budget.IsSpent(_objective.Evaluations))
                return _budget.Reason;
            if (_pairs.Count == 0)
                return Explain(end, slope, expected);

            // Once more without the pairs.
            expected = Math.Abs(slope);
            _pairs.Restart(_point.Length, _pairs.Scale);
        }
    }

    /// <summary>Why the search along the steepest descent failed.</summary>
    private StopReason Explain(SearchEnd end, double slope, double expected)
    {
        if (end == SearchEnd.NotFinite)
            return StopReason.NotFiniteAround;
        DescentEvidence evidence = slope < 0 ? _search.Evidence : default;
        if (evidence.Contradicts)
            return StopReason.WrongGradient;
        return evidence.Hides(expected, ValueScale()) ? StopReason.RoundingLimit : StopReason.SearchFailed;
    }

    /// <summary>The length of the first step, over the gradient: in the units of variables and value, as far as these are known.</summary>
    private double FirstScale()
    {
        double point = DoubleVector.LargestMagnitude(_point), gradient = DoubleVector.LargestMagnitude(_gradient);
        double byPoint = point > 0 ? point / gradient : double.PositiveInfinity;
        // To a minimum of 0, if the function is a parabola.
        double byValue = _value != 0 ? Math.Abs(_value) / (DoubleVector.Dot(_gradient, _gradient) / 2) : double.PositiveInfinity;
        double scale = Math.Min(byPoint, byValue);
        return double.IsFinite(scale) && scale > 0 ? scale : 1 / DoubleVector.SumOfMagnitudes(_gradient);
    }

    /// <summary>The scale with which changes of the value are compared.</summary>
    private double ValueScale() =>
        Math.Max(Math.Max(Math.Abs(_value), Math.Abs(_search.Best.Value)), DoubleVector.Epsilon * (_startValue - _search.Best.Value));

    /// <summary>Finds where to go, and how far.</summary>
    private SearchBox FindDirection()
    {
        if (_model is not null)
        {
            double longest = _model.FindDirection(_point, _gradient, _direction);
            return new() { Longest = longest, Bounds = _options.Bounds, Target = _model.Target };
        }

        TensorPrimitives.Negate(_gradient, _direction);
        _pairs.Multiply(_direction);
        return new() { Longest = double.PositiveInfinity };
    }

    // A pair is remembered if y·s is above eps |y| |s|, so that no unit is a reason to forget.
    private void Move()
    {
        Span<double> change = _search.Scratch1, step = _search.Scratch2;
        TensorPrimitives.Subtract(_search.BestGradient, _gradient, change);
        TensorPrimitives.Subtract(_search.BestPoint, _point, step);
        double curvature = DoubleVector.Dot(change, step), square = DoubleVector.Dot(change, change);
        double length = Math.Sqrt(DoubleVector.Dot(step, step));
        if (curvature > DoubleVector.Epsilon * length * Math.Sqrt(square) && double.IsFinite(1 / curvature) && double.IsFinite(square))
        {
            _pairs.Remember(change, step, curvature, square);
            _model?.Notice();
        }

        _search.BestPoint.CopyTo(_point);
        _search.BestGradient.CopyTo(_gradient);
        _value = _search.Best.Value;
    }
}
