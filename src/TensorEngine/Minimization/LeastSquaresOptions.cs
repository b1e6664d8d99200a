namespace TensorEngine.Minimization;

/// <summary>Options of <see cref="LeastSquares"/> and <see cref="CurveFit"/>. No default has a unit.</summary>
public sealed record LeastSquaresOptions : MinimizationOptions
{
    /// <summary>
    /// Weights of the squared residuals, one each: w_i, or 1 / variance of an observation; empty (the default) for 1. Copied when a
    /// fit begins.
    /// </summary>
    public ReadOnlyMemory<double> Weights { get; init; }

    /// <summary>
    /// Whether the weights are the inverse variances of the observations as they are known beforehand, so that the covariance is not
    /// scaled by the residuals' variance; by default they are only relative to each other.
    /// </summary>
    public bool WeightsAreInverseVariances { get; init; }

    /// <summary>
    /// Stops where the cosine of the angle between the residuals and each column of the Jacobian that no bound blocks,
    /// |J_j·r| / (|J_j| |r|), is at most this; at least 0, by default 1e-12.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or infinite.</exception>
    public double GradientTolerance
    {
        get;
        init => field = Tolerance.Of(value);
    } = 1e-12;

    /// <summary>
    /// Stops where a step lowers the sum of squares S by at most this times max(S, 2.2e-16 S at the start), both in fact and by the
    /// linear model; at least 0, by default 1e-14.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or infinite.</exception>
    public double ChangeTolerance
    {
        get;
        init => field = Tolerance.Of(value);
    } = 1e-14;

    /// <summary>
    /// Stops where a whole Gauss-Newton step leads down and changes no variable by more than this times its magnitude; at least 0, by
    /// default 1e-12.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or infinite.</exception>
    public double StepTolerance
    {
        get;
        init => field = Tolerance.Of(value);
    } = 1e-12;
}
