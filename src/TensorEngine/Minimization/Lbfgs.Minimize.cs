using System.Globalization;

namespace TensorEngine.Minimization;

/// <summary>A function to minimize.</summary>
/// <param name="point">Where.</param>
/// <param name="gradient">Receives the gradient there; as long as <paramref name="point"/>.</param>
/// <returns>The value there. NaN, infinity or such a gradient mean that the function is not defined there.</returns>
public delegate double Objective(ReadOnlySpan<double> point, Span<double> gradient);

/// <summary>Told of each iteration of <see cref="Lbfgs.Minimize"/>.</summary>
/// <param name="iteration">What the iteration has reached.</param>
/// <param name="point">Where it is; valid during the call.</param>
public delegate void LbfgsProgress(LbfgsIteration iteration, ReadOnlySpan<double> point);

/// <summary>Where an iteration has come to.</summary>
/// <param name="Number">The number of the iteration, from 1.</param>
/// <param name="Evaluations">Evaluations so far.</param>
/// <param name="Value">The value at the point.</param>
/// <param name="GradientNorm">The magnitude of the gradient's largest element.</param>
/// <param name="StepLength">How many times the direction the iteration went.</param>
public readonly record struct LbfgsIteration(long Number, long Evaluations, double Value, double GradientNorm, double StepLength)
{
    /// <summary>Names and values, with the decimal point and minus sign of code whatever the culture is.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(LbfgsIteration), PrintMembers);
}

/// <summary>Why an iteration ended.</summary>
public enum LbfgsStopReason
{
    /// <summary>The gradient is within its tolerance: a stationary point.</summary>
    GradientTolerance,

    /// <summary>Value or point changed by less than their tolerance.</summary>
    ChangeTolerance,

    /// <summary>
    /// The direction does not lead down by more than the tolerance: nothing to be gained within the precision of doubles.
    /// </summary>
    NoDescent,

    /// <summary>The most iterations are done.</summary>
    MaximumIterations,

    /// <summary>The most evaluations are done.</summary>
    MaximumEvaluations,

    /// <summary>Cancellation was asked for.</summary>
    Cancelled,

    /// <summary>Value or gradient at the start is not a finite number.</summary>
    NotFinite,
}

/// <summary>Options of <see cref="Lbfgs.Minimize"/>.</summary>
public sealed record LbfgsMinimizeOptions
{
    /// <summary>How many earlier steps are remembered; at least 1, by default 10.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int HistorySize
    {
        get;
        init => field = Require.AtLeast(1, value, nameof(HistorySize));
    } = 10;

    /// <summary>The magnitude of the gradient's largest element at which to stop; at least 0, by default 1e-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double GradientTolerance
    {
        get;
        init => field = HyperParameter.NonNegative(value);
    } = 1e-8;

    /// <summary>The change of the value, or of the point's largest element, at which to stop; at least 0, by default 1e-16.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or not finite as a float.</exception>
    public double ChangeTolerance
    {
        get;
        init => field = HyperParameter.NonNegative(value);
    } = 1e-16;

    /// <summary>The most iterations; at least 1, by default 1000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaximumIterations
    {
        get;
        init => field = Require.AtLeast(1, value, nameof(MaximumIterations));
    } = 1000;

    /// <summary>The most evaluations, also inside a line search; at least 1, by default 10,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaximumEvaluations
    {
        get;
        init => field = Require.AtLeast(1, value, nameof(MaximumEvaluations));
    } = 10_000;

    /// <summary>Names and values, with the decimal point and minus sign of code whatever the culture is.</summary>
    public override string ToString() => InvariantText.OfRecord(nameof(LbfgsMinimizeOptions), PrintMembers);
}

/// <summary>What <see cref="Lbfgs.Minimize"/> has found.</summary>
/// <param name="Point">The best point.</param>
/// <param name="Value">The value there.</param>
/// <param name="GradientNorm">The magnitude of the gradient's largest element there.</param>
/// <param name="Iterations">Iterations done.</param>
/// <param name="Evaluations">Evaluations done.</param>
/// <param name="Reason">Why it stopped.</param>
public sealed record LbfgsResult(
    double[] Point, double Value, double GradientNorm, long Iterations, long Evaluations, LbfgsStopReason Reason)
{
    /// <summary>Whether it stopped because there was nothing left to gain.</summary>
    public bool Converged =>
        Reason is LbfgsStopReason.GradientTolerance or LbfgsStopReason.ChangeTolerance or LbfgsStopReason.NoDescent;

    /// <summary>What was found: "7.82 at [-9.43, 11.39] after 9 iterations: GradientTolerance", with at most eight elements.</summary>
    public override string ToString()
    {
        const int Shown = 8;
        string elements = string.Join(", ", Point.Take(Shown).Select(element => element.ToString(CultureInfo.InvariantCulture)));
        string more = Point.Length > Shown ? ", ..." : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Value} at [{elements}{more}] after {Iterations} iterations: {Reason}");
    }
}

public sealed partial class Lbfgs
{
    /// <summary>
    /// Finds a local minimum of a function of doubles, by L-BFGS with a line search that satisfies the strong Wolfe conditions. The
    /// value never rises from one iteration to the next. Where the function is not defined (not a finite number), the search comes
    /// back.
    /// </summary>
    /// <param name="objective">The function and its gradient.</param>
    /// <param name="start">Where to start; not written.</param>
    /// <param name="options">When to stop; null for the defaults.</param>
    /// <param name="progress">Called after each iteration.</param>
    /// <param name="cancellationToken">
    /// Ends the search before the next evaluation; the best point so far is returned, nothing thrown.
    /// </param>
    /// <returns>The best point, and why the search ended.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="objective"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="start"/> is empty or has an element that is not a finite number.</exception>
    /// <remarks>Allocates 8 (2 historySize + 9) bytes per variable at the start, and nothing per iteration.</remarks>
    public static LbfgsResult Minimize(
        Objective objective,
        ReadOnlySpan<double> start,
        LbfgsMinimizeOptions? options = null,
        LbfgsProgress? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        if (start.IsEmpty)
            throw new ArgumentException("start is empty; it needs at least one element.", nameof(start));
        for (int i = 0; i < start.Length; i++)
        {
            if (!double.IsFinite(start[i]))
                throw new ArgumentException($"start[{i}] is {start[i]}; it must be a finite number.", nameof(start));
        }

        options ??= new();
        var core = new LbfgsCore(start.Length, options.HistorySize);
        start.CopyTo(core.Point);
        var limits = new LbfgsLimits
        {
            LearningRate = 1,
            MaximumIterations = options.MaximumIterations,
            MaximumEvaluations = options.MaximumEvaluations,
            GradientTolerance = options.GradientTolerance,
            ChangeTolerance = options.ChangeTolerance,
            SearchesLine = true,
            BracketTolerance = options.ChangeTolerance,
            StopsInsideSearch = true,
            // Relative, so that small numbers are no reason to forget.
            SmallestRelativeCurvature = 2.220446049250313e-16,
        };
        LbfgsStopReason reason = core.Run(objective, limits, out _, progress, cancellationToken);
        return new(core.Point.ToArray(), core.Value, core.GradientNorm, core.Iterations, core.Evaluations, reason);
    }
}
