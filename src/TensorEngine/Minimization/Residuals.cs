namespace TensorEngine.Minimization;

/// <summary>Residuals whose squares are to be small.</summary>
/// <param name="point">The variables; valid during the call.</param>
/// <param name="residuals">
/// Receives the residuals; all are 0 when the call begins. One that is not finite means that they are not defined there.
/// </param>
public delegate void Residuals(ReadOnlySpan<double> point, Span<double> residuals);

/// <summary>The derivatives of residuals.</summary>
/// <param name="point">The variables; valid during the call.</param>
/// <param name="jacobian">
/// Receives the derivatives row by row: that of residual i by variable j at i * n + j, for n variables; all are 0 when the call begins.
/// </param>
public delegate void Jacobian(ReadOnlySpan<double> point, Span<double> jacobian);
