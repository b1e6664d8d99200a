namespace TensorEngine.Minimization;

/// <summary>
/// The iteration of <see cref="LeastSquares"/>: Levenberg and Marquardt's with Moré's trust region, scaled by the largest lengths that
/// the columns of the Jacobian had, and projected onto bounds. All memory is allocated on construction.
/// </summary>
internal sealed class LevenbergMarquardt
{
    private readonly ResidualModel _model;
    private readonly LeastSquaresOptions _options;
    private readonly EvaluationBudget _budget;
    private readonly TrustRegionStep _step;
    private readonly int _count;
    private readonly double[] _jacobian;
    private readonly double[] _scales;
    private readonly int[] _free;
    private readonly double[] _scaledStep;
    private readonly double[] _predicted;
    private double[] _point;
    private double[] _trial;
    private double[] _residuals;
    private double[] _trialResiduals;
    private bool _isLinearizedHere;
    private int _freeCount;
    private double _sum;
    private double _startSum;
    private double _radius;
    private double _extent;

    public LevenbergMarquardt(
        ResidualModel model, int count, ReadOnlySpan<double> start, LeastSquaresOptions options, CancellationToken cancellationToken)
    {
        (_model, _options, _count) = (model, options, count);
        _budget = new EvaluationBudget(options.MaximumEvaluations, cancellationToken);
        _step = new TrustRegionStep(count, start.Length);
        _point = start.ToArray();
        options.Bounds?.Clamp(_point);
        _jacobian = new double[count * start.Length];
        (_scales, _scaledStep, _free) = (new double[start.Length], new double[start.Length], new int[start.Length]);
        (_residuals, _trialResiduals, _predicted) = (new double[count], new double[count], new double[count]);
        _trial = new double[start.Length];
    }

    /// <summary>Iterates to the end.</summary>
    public LeastSquaresResult Run(LeastSquaresProgress? progress)
    {
        long iterations = 0;
        StopReason reason = Iterate(progress, ref iterations);
        double[,] covariance = Covariance();
        return new(_point, _model.Unscale(_sum), covariance, iterations, _model.Evaluations, _model.JacobianEvaluations, reason);
    }

    private StopReason Iterate(LeastSquaresProgress? progress, ref long iterations)
    {
        _model.Begin(_point, _residuals);
        _sum = _startSum = DoubleVector.Dot(_residuals, _residuals);
        if (!double.IsFinite(_sum))
            return _budget.IsCancelled ? StopReason.Cancelled : StopReason.NotFiniteAtStart;
        StopReason? last = null;
        while (true)
        {
            if (_budget.IsCancelled)
                return StopReason.Cancelled;
            bool linearized = Linearize();
            if (_budget.IsCancelled)
                return StopReason.Cancelled;
            if (!linearized)
                return iterations == 0 ? StopReason.NotFiniteAtStart : StopReason.NotFiniteAround;
            double cosine = LargestCosine();
            if (iterations > 0)
                progress?.Invoke(new(iterations, _model.Evaluations, _model.Unscale(_sum), cosine), _point);
            if (cosine <= _options.GradientTolerance)
                return StopReason.GradientTolerance;
            if (last is { } reason)
                return reason;
            if (iterations == _options.MaximumIterations)
                return StopReason.MaximumIterations;
            (bool moved, last) = Move();
            if (moved)
                iterations++;
            else
                return last!.Value;
        }
    }

    // The Jacobian and its scales; the variables that no bound blocks; the decomposition for these.
    private bool Linearize()
    {
        _model.EvaluateJacobian(_point, _jacobian);
        _isLinearizedHere = false;
        _freeCount = 0;
        double weighted = 0;
        for (int j = 0; j < _point.Length; j++)
        {
            ReadOnlySpan<double> column = Column(j);
            double square = DoubleVector.Dot(column, column);
            if (!double.IsFinite(square))
                return false;
            _scales[j] = Math.Max(_scales[j], Math.Sqrt(square));
            double scale = Scale(j);
            weighted += scale * _point[j] * scale * _point[j];
            if (_options.Bounds?.Blocks(j, _point[j], DoubleVector.Dot(column, _residuals)) == true || square == 0)
                continue;
            Span<double> scaled = _step.Column(_freeCount, _count);
            for (int i = 0; i < _count; i++)
                scaled[i] = column[i] / scale;
            _free[_freeCount++] = j;
        }

        // How far away 0 is: the length of a step that changes everything.
        _extent = weighted > 0 ? Math.Sqrt(weighted) : Math.Sqrt(_sum);
        if (_radius == 0)
            _radius = _extent;
        _step.Prepare(_freeCount, _residuals);
        _isLinearizedHere = true;
        return true;
    }

    /// <summary>Shortens the step until it leads down.</summary>
    /// <returns>Whether a step was taken, and the reason to stop, or null to continue.</returns>
    private (bool Moved, StopReason? Reason) Move()
    {
        bool tried = false, sawFinite = false, widened = false;
        DescentEvidence evidence = default;
        double expected = _step.Gain(Math.Max(_radius, _extent));
        while (true)
        {
            if (_budget.IsSpent(_model.Evaluations))
                return (false, _budget.Reason);
            bool whole = _step.Find(_radius, _scaledStep.AsSpan(0, _freeCount));
            (double length, double relative) = Take();
            double predicted = Predict();
            if (length == 0 || relative <= DoubleVector.Epsilon / 2 || (sawFinite && predicted <= DoubleVector.Epsilon * SumScale()))
            {
                if (!tried && whole)
                    return (false, StopReason.RoundingLimit);
                if (widened || evidence.IsKnown)
                    return (false, Explain(sawFinite, evidence, expected));
                // Earlier failures have made the radius so small that its steps say nothing: once more from far away.
                (_radius, widened) = (_extent, true);
                continue;
            }

            tried = true;
            _model.Evaluate(_trial, _trialResiduals);
            double sum = DoubleVector.Dot(_trialResiduals, _trialResiduals), actual = _sum - sum;
            bool finite = double.IsFinite(sum);
            sawFinite |= finite;
            double ratio = finite && predicted > 0 ? actual / predicted : -1;
            Resize(ratio, length, whole);
            if (!(ratio > 1e-4 && actual > 0))
            {
                if (finite && Math.Max(Math.Abs(actual), expected) <= DescentEvidence.HiddenByRounding * SumScale())
                    return (false, StopReason.RoundingLimit);
                if (finite)
                    evidence.Note(length, -actual, predicted, Math.Max(_sum, sum));
                continue;
            }

            bool small = Math.Max(actual, predicted) <= _options.ChangeTolerance * SumScale() && ratio <= 2;
            (_point, _trial, _residuals, _trialResiduals, _sum) = (_trial, _point, _trialResiduals, _residuals, sum);
            _isLinearizedHere = false;
            return (true, small || (whole && relative <= _options.StepTolerance) ? StopReason.ChangeTolerance : null);
        }
    }

    // Moré's rules.
    private void Resize(double ratio, double length, bool whole)
    {
        if (ratio <= 0.25)
            _radius = (ratio < 0 ? 0.1 : 0.5) * Math.Min(_radius, length);
        else if (ratio >= 0.75 || whole)
            _radius = Math.Max(2 * length, whole ? 0 : _radius);
    }

    /// <summary>Makes the trial.</summary>
    /// <returns>The scaled length of the step, and how large it is relative to the point.</returns>
    private (double Length, double Relative) Take()
    {
        _point.CopyTo(_trial, 0);
        for (int k = 0; k < _freeCount; k++)
            _trial[_free[k]] += _scaledStep[k] / Scale(_free[k]);
        _options.Bounds?.Clamp(_trial);
        double square = 0, relative = 0;
        for (int j = 0; j < _point.Length; j++)
        {
            double way = _trial[j] - _point[j], scaled = way * Scale(j);
            square = Math.FusedMultiplyAdd(scaled, scaled, square);
            if (way != 0)
                relative = Math.Max(relative, Math.Abs(way) / Math.Max(Math.Abs(_point[j]), Math.Abs(_trial[j])));
        }

        return (Math.Sqrt(square), relative);
    }

    /// <summary>How much less the linearized residuals' squares are at the trial.</summary>
    private double Predict()
    {
        Array.Clear(_predicted);
        for (int j = 0; j < _point.Length; j++)
        {
            if (_trial[j] != _point[j])
                DoubleVector.Move(_predicted, _trial[j] - _point[j], Column(j), _predicted);
        }

        return -(2 * DoubleVector.Dot(_residuals, _predicted) + DoubleVector.Dot(_predicted, _predicted));
    }

    private StopReason Explain(bool sawFinite, in DescentEvidence evidence, double expected)
    {
        if (!sawFinite)
            return StopReason.NotFiniteAround;
        if (evidence.Contradicts)
            return StopReason.WrongGradient;
        return evidence.Hides(expected, SumScale()) ? StopReason.RoundingLimit : StopReason.SearchFailed;
    }

    // What changes of the sum are compared with.
    private double SumScale() => Math.Max(_sum, DoubleVector.Epsilon * _startSum);

    private double Scale(int variable) => _scales[variable] > 0 ? _scales[variable] : 1;

    private ReadOnlySpan<double> Column(int variable) => _jacobian.AsSpan(variable * _count, _count);

    // The largest cosine of the angle between the residuals and a column that no bound blocks.
    private double LargestCosine()
    {
        double length = Math.Sqrt(_sum), largest = 0;
        for (int k = 0; k < _freeCount && length > 0; k++)
        {
            ReadOnlySpan<double> column = Column(_free[k]);
            double columnLength = Math.Sqrt(DoubleVector.Dot(column, column));
            largest = Math.Max(largest, Math.Abs(DoubleVector.Dot(column, _residuals)) / columnLength / length);
        }

        return largest;
    }

    // Of the variables that no bound blocks; NaN for the others, and for all where no Jacobian tells them apart.
    private double[,] Covariance()
    {
        int variables = _point.Length;
        double[,] covariance = new double[variables, variables];
        for (int i = 0; i < variables * variables; i++)
            covariance[i / variables, i % variables] = double.NaN;
        if (!_isLinearizedHere || _freeCount == 0 || _step.IsSingular)
            return covariance;
        for (int i = 0; i < _freeCount; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                // Sum and inverse are scaled by factors that cancel.
                double inverse = _step.Inverse(i, j) / Scale(_free[i]) / Scale(_free[j]), element = double.NaN;
                if (_options.WeightsAreInverseVariances)
                    element = _model.UnscaleInverse(inverse);
                else if (_count > _freeCount)
                    element = _sum / (_count - _freeCount) * inverse;
                covariance[_free[i], _free[j]] = covariance[_free[j], _free[i]] = element;
            }
        }

        return covariance;
    }
}
