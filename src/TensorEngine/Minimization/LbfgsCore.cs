using System.Numerics.Tensors;

namespace TensorEngine.Minimization;

/// <summary>The limits of a run of <see cref="LbfgsCore"/>.</summary>
internal readonly record struct LbfgsLimits
{
    public required double LearningRate { get; init; }

    public required int MaximumIterations { get; init; }

    public required int MaximumEvaluations { get; init; }

    public required double GradientTolerance { get; init; }

    public required double ChangeTolerance { get; init; }

    public required bool SearchesLine { get; init; }
}

/// <summary>
/// The limited-memory BFGS algorithm of torch.optim.LBFGS in double precision: the point, its gradient, and the last changes of both from
/// which the inverse Hessian is built. Allocates everything on construction: for n variables and a memory of k, 8 n (2 k + 8) bytes.
/// </summary>
internal sealed partial class LbfgsCore
{
    // PyTorch's constants, which its options do not reach: the least y·s to remember, the shortest bracket to divide.
    private const double SmallestCurvature = 1e-10;
    private const double BracketTolerance = 1e-9;

    private readonly LbfgsPairs _pairs;
    private readonly double[] _previousGradient;
    private readonly LineSearch _search;
    private int _length;
    private double _stepLength;
    private bool _begun;

    public LbfgsCore(int length, int historySize)
    {
        _length = length;
        _pairs = new LbfgsPairs(length, historySize);
        _previousGradient = new double[length];
        PointMemory = new double[length];
        GradientMemory = new double[length];
        DirectionMemory = new double[length];
        _search = new LineSearch(length);
    }

    public Span<double> Point => PointMemory.AsSpan(0, _length);

    public ReadOnlySpan<double> Gradient => GradientMemory.AsSpan(0, _length);

    public double Value { get; private set; }

    public double GradientNorm => DoubleVector.LargestMagnitude(Gradient);

    /// <summary>Iterations since construction.</summary>
    public long Iterations { get; private set; }

    /// <summary>Evaluations since construction.</summary>
    public long Evaluations { get; private set; }

    private double[] PointMemory { get; }

    private double[] GradientMemory { get; }

    private double[] DirectionMemory { get; }

    /// <summary>Forgets the pairs, for a number of variables of at most the first one.</summary>
    public void Restart(int length)
    {
        _length = length;
        _begun = false;
    }

    /// <summary>Iterates from <see cref="Point"/>.</summary>
    /// <param name="objective">The function.</param>
    /// <param name="limits">When to stop.</param>
    /// <param name="first">The value at the start.</param>
    public StopReason Run(Objective objective, in LbfgsLimits limits, out double first)
    {
        Span<double> point = Point, gradient = GradientMemory.AsSpan(0, _length), direction = DirectionMemory.AsSpan(0, _length);
        Value = first = objective(point, gradient);
        Evaluations++;
        long evaluations = 1;
        double norm = GradientNorm;
        if (!double.IsFinite(Value) || !double.IsFinite(norm))
            return StopReason.NotFiniteAtStart;
        if (norm <= limits.GradientTolerance)
            return StopReason.GradientTolerance;

        for (int iteration = 1; iteration <= limits.MaximumIterations; iteration++)
        {
            Iterations++;
            _stepLength = limits.LearningRate * FindDirection();
            gradient.CopyTo(_previousGradient);
            double previousValue = Value;

            double slope = DoubleVector.Dot(gradient, direction);
            if (!(slope <= -limits.ChangeTolerance))
                return Explain(slope);

            if (limits.SearchesLine)
            {
                LineSearch.Start start = new(_stepLength, Value, slope);
                LineSearch.Found found = _search.Run(objective, point, direction, start, gradient, BracketTolerance);
                (_stepLength, Value) = (found.Step, found.Value);
                DoubleVector.Move(point, _stepLength, direction, point);
                evaluations += found.Evaluations;
                Evaluations += found.Evaluations;
            }
            else
            {
                DoubleVector.Move(point, _stepLength, direction, point);
                if (iteration < limits.MaximumIterations)
                {
                    Value = objective(point, gradient);
                    evaluations++;
                    Evaluations++;
                }
            }

            norm = GradientNorm;
            if (norm <= limits.GradientTolerance)
                return StopReason.GradientTolerance;
            if (double.IsNegativeInfinity(Value) || (limits.SearchesLine && _search.IsUnbounded))
                return StopReason.Unbounded;
            if (limits.SearchesLine && _stepLength == 0)
                return ExplainSearch();
            if (evaluations >= limits.MaximumEvaluations)
                return StopReason.MaximumEvaluations;
            if (DoubleVector.LargestMagnitude(direction) * Math.Abs(_stepLength) <= limits.ChangeTolerance
                || Math.Abs(Value - previousValue) < limits.ChangeTolerance)
            {
                return StopReason.ChangeTolerance;
            }
        }

        return StopReason.MaximumIterations;
    }

    /// <summary>Why no direction leads down enough.</summary>
    private static StopReason Explain(double slope)
    {
        if (double.IsNaN(slope))
            return StopReason.NotFiniteAround;
        return slope < 0 ? StopReason.ChangeTolerance : StopReason.SearchFailed;
    }

    /// <summary>Why the line search found nothing lower.</summary>
    private StopReason ExplainSearch()
    {
        if (!_search.SawFinite)
            return StopReason.NotFiniteAround;
        return _search.Evidence.Contradicts ? StopReason.WrongGradient : StopReason.SearchFailed;
    }

    /// <summary>Finds where to go, remembering the last step if its curvature is positive.</summary>
    /// <returns>How far to try first.</returns>
    private double FindDirection()
    {
        ReadOnlySpan<double> gradient = Gradient;
        Span<double> direction = DirectionMemory.AsSpan(0, _length);
        if (!_begun)
        {
            _begun = true;
            _pairs.Restart(_length, 1);
            TensorPrimitives.Negate(gradient, direction);
            return Math.Min(1, 1 / DoubleVector.SumOfMagnitudes(gradient));
        }

        Remember(gradient, direction);
        TensorPrimitives.Negate(gradient, direction);
        _pairs.Multiply(direction);
        return 1;
    }

    // y and s are made in the search's memory, which is idle now.
    private void Remember(ReadOnlySpan<double> gradient, ReadOnlySpan<double> direction)
    {
        Span<double> change = _search.Scratch1.AsSpan(0, _length), step = _search.Scratch2.AsSpan(0, _length);
        TensorPrimitives.Subtract(gradient, _previousGradient.AsSpan(0, _length), change);
        TensorPrimitives.Multiply(direction, _stepLength, step);
        double curvature = DoubleVector.Dot(change, step), square = DoubleVector.Dot(change, change);
        if (curvature > SmallestCurvature)
            _pairs.Remember(change, step, curvature, square);
    }
}
