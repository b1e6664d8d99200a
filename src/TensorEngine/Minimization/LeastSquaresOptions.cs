namespace TensorEngine.Minimization;

/// <summary>Options of <see cref="LeastSquares"/> and <see cref="CurveFit"/>. The defaults do not depend on units.</summary>
public sealed record LeastSquaresOptions : MinimizationOptions
{
    /// <summary>
    /// The weights of the squared residuals, one for each: w_i, or 1 / variance of an observation; empty (the default) for 1. They are
    /// copied when a fit begins.
    /// </summary>
    public ReadOnlyMemory<double> Weights { get; init; }

    /// <summary>
    /// Whether the weights are the known inverse variances of the observations, so that the covariance is not scaled by the variance of the
    /// residuals; by default the weights are only relative to each other.
    /// </summary>
    public bool WeightsAreInverseVariances { get; init; }

    /// <summary>
    /// The search stops when the cosine of the angle between the residuals and each column of the Jacobian that no bound blocks,
    /// |J_j·r| / (|J_j| |r|), is at most this; at least 0, by default 1e-12.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or infinite.</exception>
    public double GradientTolerance
    {
        get;
        init => field = Tolerance.Of(value);
    } = 1e-12;

    /// <summary>
    /// The search stops when a step lowers the sum of squares S by at most this times max(S, 2.2e-16 S at the start), both actually and
    /// according to the linear model; at least 0, by default 1e-14.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or infinite.</exception>
    public double ChangeTolerance
    {
        get;
        init => field = Tolerance.Of(value);
    } = 1e-14;

    /// <summary>
    /// The search stops when a full Gauss-Newton step leads down and changes no variable by more than this times its magnitude; at least 0,
    /// by default 1e-12.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, NaN or infinite.</exception>
    public double StepTolerance
    {
        get;
        init => field = Tolerance.Of(value);
    } = 1e-12;
}
