using System.Numerics.Tensors;

namespace TensorEngine.Minimization;

/// <summary>What a run of <see cref="LbfgsCore"/> keeps to.</summary>
internal readonly record struct LbfgsLimits
{
    public required double LearningRate { get; init; }

    public required int MaximumIterations { get; init; }

    public required int MaximumEvaluations { get; init; }

    public required double GradientTolerance { get; init; }

    public required double ChangeTolerance { get; init; }

    public required bool SearchesLine { get; init; }

    /// <summary>The length below which a bracket is not divided any more.</summary>
    public required double BracketTolerance { get; init; }

    /// <summary>Whether a line search stops at the largest number of evaluations, or is finished first as PyTorch's is.</summary>
    public bool StopsInsideSearch { get; init; }

    /// <summary>A pair is remembered if y·s is above this plus the next number times y·y.</summary>
    public double SmallestCurvature { get; init; }

    public double SmallestRelativeCurvature { get; init; }
}

/// <summary>
/// The limited-memory BFGS algorithm in double precision: the point, its gradient, and the last changes of both that the inverse
/// Hessian is built from. Allocates everything on construction: for n variables and a memory of k, 8 n (2 k + 8) bytes.
/// </summary>
internal sealed partial class LbfgsCore
{
    private readonly double[][] _steps;
    private readonly double[][] _changes;
    private readonly double[] _reciprocals;
    private readonly double[] _shares;
    private readonly double[] _previousGradient;
    private readonly LineSearch _search;
    private int _length;
    private int _pairs;
    private int _oldest;
    private double _scale;
    private double _stepLength;
    private bool _begun;

    public LbfgsCore(int length, int historySize)
    {
        _length = length;
        _steps = NewVectors(historySize);
        _changes = NewVectors(historySize);
        _reciprocals = new double[historySize];
        _shares = new double[historySize];
        _previousGradient = new double[length];
        PointMemory = new double[length];
        GradientMemory = new double[length];
        DirectionMemory = new double[length];
        _search = new LineSearch(length);

        // Not cleared, so that memory for pairs that never come is never touched.
        double[][] NewVectors(int count) => [.. Enumerable.Range(0, count).Select(_ => GC.AllocateUninitializedArray<double>(length))];
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

    /// <summary>Forgets the past and goes on with so many variables, at most as many as at first.</summary>
    public void Restart(int length)
    {
        _length = length;
        _begun = false;
    }

    /// <summary>Iterates from <see cref="Point"/>.</summary>
    /// <param name="objective">The function.</param>
    /// <param name="limits">When to stop.</param>
    /// <param name="first">The value at the start.</param>
    /// <param name="progress">Called after each iteration.</param>
    /// <param name="cancellationToken">Looked at before each evaluation but the first.</param>
    public LbfgsStopReason Run(
        Objective objective,
        in LbfgsLimits limits,
        out double first,
        LbfgsProgress? progress = null,
        CancellationToken cancellationToken = default)
    {
        Span<double> point = Point, gradient = GradientMemory.AsSpan(0, _length), direction = DirectionMemory.AsSpan(0, _length);
        Value = first = objective(point, gradient);
        Evaluations++;
        long evaluations = 1;
        double norm = GradientNorm;
        if (!double.IsFinite(Value) || !double.IsFinite(norm))
            return LbfgsStopReason.NotFinite;
        if (norm <= limits.GradientTolerance)
            return LbfgsStopReason.GradientTolerance;
        if (limits.StopsInsideSearch && evaluations >= limits.MaximumEvaluations)
            return LbfgsStopReason.MaximumEvaluations;

        for (int iteration = 1; iteration <= limits.MaximumIterations; iteration++)
        {
            if (cancellationToken.IsCancellationRequested)
                return LbfgsStopReason.Cancelled;
            Iterations++;
            _stepLength = limits.LearningRate * FindDirection(limits);
            gradient.CopyTo(_previousGradient);
            double previousValue = Value;

            double slope = DoubleVector.Dot(gradient, direction);
            if (!(slope <= -limits.ChangeTolerance))
                return double.IsNaN(slope) ? LbfgsStopReason.NotFinite : LbfgsStopReason.NoDescent;

            if (limits.SearchesLine)
            {
                long left = limits.StopsInsideSearch ? limits.MaximumEvaluations - evaluations - 1 : LineSearch.MaximumIterations;
                LineSearch.Found found = _search.Run(
                    objective,
                    point,
                    direction,
                    new(_stepLength, Value, slope),
                    gradient,
                    limits.BracketTolerance,
                    left,
                    cancellationToken);
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
            progress?.Invoke(new LbfgsIteration(Iterations, Evaluations, Value, norm, _stepLength), point);
            if (norm <= limits.GradientTolerance)
                return LbfgsStopReason.GradientTolerance;
            if (evaluations >= limits.MaximumEvaluations)
                return LbfgsStopReason.MaximumEvaluations;
            if (DoubleVector.LargestMagnitude(direction) * Math.Abs(_stepLength) <= limits.ChangeTolerance
                || Math.Abs(Value - previousValue) < limits.ChangeTolerance)
            {
                return cancellationToken.IsCancellationRequested ? LbfgsStopReason.Cancelled : LbfgsStopReason.ChangeTolerance;
            }

        }

        return LbfgsStopReason.MaximumIterations;
    }

    /// <summary>Finds where to go, remembering the last step if its curvature is positive.</summary>
    /// <returns>How far to try first.</returns>
    private double FindDirection(in LbfgsLimits limits)
    {
        ReadOnlySpan<double> gradient = Gradient;
        Span<double> direction = DirectionMemory.AsSpan(0, _length);
        if (!_begun)
        {
            _begun = true;
            _pairs = _oldest = 0;
            _scale = 1;
            TensorPrimitives.Negate(gradient, direction);
            return Math.Min(1, 1 / DoubleVector.SumOfMagnitudes(gradient));
        }

        Remember(gradient, direction, limits);

        // The two loops: newest pair to oldest, and back.
        TensorPrimitives.Negate(gradient, direction);
        for (int pair = _pairs - 1; pair >= 0; pair--)
        {
            int at = At(pair);
            _shares[at] = DoubleVector.Dot(Part(_steps[at]), direction) * _reciprocals[at];
            DoubleVector.Move(direction, -_shares[at], Part(_changes[at]), direction);
        }

        TensorPrimitives.Multiply(direction, _scale, direction);
        for (int pair = 0; pair < _pairs; pair++)
        {
            int at = At(pair);
            double share = DoubleVector.Dot(Part(_changes[at]), direction) * _reciprocals[at];
            DoubleVector.Move(direction, _shares[at] - share, Part(_steps[at]), direction);
        }

        return 1;
    }

    // y and s are made where the pair will lie: in the next free place, or over the oldest pair. Whether that one may go is known
    // only afterwards, so the two are first made in the search's memory, which is idle now.
    private void Remember(ReadOnlySpan<double> gradient, ReadOnlySpan<double> direction, in LbfgsLimits limits)
    {
        Span<double> change = _search.Scratch1.AsSpan(0, _length), step = _search.Scratch2.AsSpan(0, _length);
        TensorPrimitives.Subtract(gradient, Part(_previousGradient), change);
        TensorPrimitives.Multiply(direction, _stepLength, step);
        double curvature = DoubleVector.Dot(change, step), square = DoubleVector.Dot(change, change);
        if (!(curvature > limits.SmallestCurvature + limits.SmallestRelativeCurvature * square))
            return;
        int at = At(_pairs);
        if (_pairs == _steps.Length)
            _oldest = (_oldest + 1) % _steps.Length;
        else
            _pairs++;
        change.CopyTo(_changes[at]);
        step.CopyTo(_steps[at]);
        _reciprocals[at] = 1 / curvature;
        _scale = curvature / square;
    }

    private int At(int pair) => (_oldest + pair) % _steps.Length;

    private ReadOnlySpan<double> Part(double[] vector) => vector.AsSpan(0, _length);
}
